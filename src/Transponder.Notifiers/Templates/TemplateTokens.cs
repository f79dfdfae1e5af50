using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Transponder.Notifiers.Templates;

/// <summary>The tokens that a template may name, each with the value that it stands for.</summary>
public static class TemplateTokens
{
    private const string LabelPrefix = "labels.";

    private static readonly FrozenDictionary<string, Func<ExecutionInfo, string?>> Values = new Dictionary<
        string,
        Func<ExecutionInfo, string?>
    >
    {
        ["project"] = e => e.Project,
        ["domain"] = e => e.Domain,
        ["name"] = e => e.Name,
        ["phase"] = e => e.Phase,
        ["error"] = e => e.ErrorMessage is { } message ? $" The execution failed with error: [{message}]." : null,
        ["workflow.project"] = e => e.Workflow?.Project,
        ["workflow.domain"] = e => e.Workflow?.Domain,
        ["workflow.name"] = e => e.Workflow?.Name,
        ["workflow.version"] = e => e.Workflow?.Version,
        ["launch_plan.project"] = e => e.LaunchPlan?.Project,
        ["launch_plan.domain"] = e => e.LaunchPlan?.Domain,
        ["launch_plan.name"] = e => e.LaunchPlan?.Name,
        ["launch_plan.version"] = e => e.LaunchPlan?.Version,
        ["error.code"] = e => e.ErrorCode,
        ["error.kind"] = e => e.ErrorKind,
        ["error.message"] = e => e.ErrorMessage,
        ["abort"] = AbortSentence,
        ["abort.cause"] = e => e.AbortCause,
        ["abort.principal"] = e => e.AbortPrincipal,
        ["started_at"] = e => Instant(e.StartedAt),
        ["ended_at"] = e => Instant(e.EndedAt),
        ["duration"] = e => e.Duration is { } duration ? Human(duration) : null,
        ["cluster"] = e => e.Cluster,
        ["console_url"] = e => e.ConsoleUrl,
        ["labels"] = e => string.Join(", ", e.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<ExecutionInfo, string?>>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Values.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Every token's name but for the open-ended <c>labels.&lt;key&gt;</c>.</summary>
    public static IReadOnlyCollection<string> Names => Values.Keys;

    /// <summary>The value behind a name; null when there is no such token.</summary>
    internal static Func<ExecutionInfo, string?>? Find(ReadOnlySpan<char> name)
    {
        if (Lookup.TryGetValue(name, out var value))
            return value;
        if (!name.StartsWith(LabelPrefix, StringComparison.Ordinal) || !IsLabelKey(name[LabelPrefix.Length..]))
            return null;

        var key = name[LabelPrefix.Length..].ToString();
        return e => e.Labels.GetValueOrDefault(key);
    }

    /// <summary>A duration as people say it, in its two largest units: <c>1m 5s</c>, <c>2h 0m</c>, <c>3d 4h</c>; below one second <c>250ms</c>.</summary>
    internal static string Human(TimeSpan duration)
    {
        var d = duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        if (d < TimeSpan.FromSeconds(1))
            return string.Create(CultureInfo.InvariantCulture, $"{d.Milliseconds}ms");
        if (d < TimeSpan.FromMinutes(1))
            return string.Create(CultureInfo.InvariantCulture, $"{d.Seconds}s");
        if (d < TimeSpan.FromHours(1))
            return string.Create(CultureInfo.InvariantCulture, $"{d.Minutes}m {d.Seconds}s");
        if (d < TimeSpan.FromDays(1))
            return string.Create(CultureInfo.InvariantCulture, $"{d.Hours}h {d.Minutes}m");
        return string.Create(CultureInfo.InvariantCulture, $"{d.Days}d {d.Hours}h");
    }

    private static string? AbortSentence(ExecutionInfo execution)
    {
        if (execution.AbortCause is null && execution.AbortPrincipal is null)
            return null;

        var sentence = new StringBuilder(" The execution was aborted");
        if (!string.IsNullOrEmpty(execution.AbortPrincipal))
            sentence.Append(" by ").Append(execution.AbortPrincipal);
        if (!string.IsNullOrEmpty(execution.AbortCause))
            sentence.Append(": [").Append(execution.AbortCause).Append(']');
        return sentence.Append('.').ToString();
    }

    private static string? Instant(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static bool IsLabelKey(ReadOnlySpan<char> key)
    {
        foreach (var c in key)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '/'))
                return false;
        }
        return key.Length > 0;
    }
}
