using System.Diagnostics.CodeAnalysis;

namespace Transponder.TaskTool.Running;

/// <summary>When a wrapped command's messages are sent, as <c>--on</c> says it.</summary>
internal sealed record RunPlan
{
    /// <summary>What <c>--on</c> may name.</summary>
    public const string Words = "start, success, failure, slow=30m";

    public bool OnStart { get; private init; }

    public bool OnSuccess { get; private init; }

    public bool OnFailure { get; private init; }

    /// <summary>After how long the command counts as slow; each is told once.</summary>
    public IReadOnlyList<TimeSpan> Slow { get; private init; } = [];

    /// <summary>Reads moments, separated by commas.</summary>
    public static bool TryParse(IEnumerable<string> texts, [NotNullWhen(true)] out RunPlan? plan, [NotNullWhen(false)] out string? problem)
    {
        plan = new RunPlan();
        problem = null;
        foreach (
            var moment in texts.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        )
        {
            plan = plan.With(moment);
            if (plan is not null)
                continue;
            problem = $"--on does not know {moment}: it takes {Words}";
            return false;
        }
        return true;
    }

    private RunPlan? With(string moment)
    {
        var equals = moment.IndexOf('=', StringComparison.Ordinal);
        return (equals < 0 ? moment : moment[..equals]) switch
        {
            "start" when equals < 0 => this with { OnStart = true },
            "success" when equals < 0 => this with { OnSuccess = true },
            "failure" when equals < 0 => this with { OnFailure = true },
            "slow" when equals > 0 && DurationText.TryParse(moment[(equals + 1)..], out var time) && time > TimeSpan.Zero => this with
            {
                Slow = [.. Slow, time],
            },
            _ => null,
        };
    }
}
