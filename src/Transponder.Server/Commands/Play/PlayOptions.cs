using Flyteidl.Core;

namespace Transponder.Server.Commands.Play;

/// <summary>What is to be played.</summary>
internal sealed record PlayOptions
{
    /// <summary>How many executions.</summary>
    public int Executions { get; init; } = 10;

    /// <summary>The shapes, taken in turn.</summary>
    public IReadOnlyList<PlayShape> Shapes { get; init; } = [PlayShape.Linear];

    /// <summary>Events per second over all executions; null = as fast as they are answered.</summary>
    public double? Rate { get; init; }

    /// <summary>How many executions are under way at once.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>The share of executions that fail, 0 … 1.</summary>
    public double Failures { get; init; }

    /// <summary>The share of executions that are aborted, 0 … 1.</summary>
    public double Aborts { get; init; }

    /// <summary>The share of task attempts that fail and are tried again, 0 … 1.</summary>
    public double Retries { get; init; }

    /// <summary>How many parts a map task has.</summary>
    public int MapSize { get; init; } = 10;

    public string Project { get; init; } = "flytesnacks";

    public string Domain { get; init; } = "development";

    /// <summary>A launch plan to execute instead of the play's own; null = the play's own.</summary>
    public Identifier? LaunchPlan { get; init; }

    /// <summary>Whom the play's launch plans notify at every end.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>Decides everything that is left to chance, and the executions' names.</summary>
    public int Seed { get; init; }

    /// <summary>Who reports.</summary>
    public string Producer { get; init; } = "propeller";
}
