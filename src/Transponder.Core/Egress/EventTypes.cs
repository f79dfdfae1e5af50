using Transponder.Core.Events;

namespace Transponder.Core.Egress;

/// <summary>The words of <c>eventTypes</c>. <c>all</c> and <c>*</c> stand for what Flyte emits, never for more.</summary>
public static class EventTypes
{
    private static readonly Dictionary<string, EventKind> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["task"] = EventKind.Task,
        ["node"] = EventKind.Node,
        ["workflow"] = EventKind.Workflow,
        ["execution-created"] = EventKind.ExecutionCreated,
        ["execution-aborted"] = EventKind.ExecutionAborted,
        ["launch-plan"] = EventKind.LaunchPlan,
        ["workflow-registered"] = EventKind.WorkflowRegistered,
        ["project"] = EventKind.Project,
        ["notification"] = EventKind.Notification,
    };

    /// <summary>All words that name one kind.</summary>
    public static IReadOnlyCollection<string> All => Words.Keys;

    /// <summary>The word that names a kind.</summary>
    /// <param name="kind">The kind.</param>
    public static string WordOf(EventKind kind) => Words.First(word => word.Value == kind).Key;

    /// <summary>The kinds that a list of words names, and what is wrong with it, for people; null when nothing is.</summary>
    /// <param name="words">The words, in any case.</param>
    public static (IReadOnlySet<EventKind> Kinds, string? Problem) Parse(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var kinds = new HashSet<EventKind>();
        string? problem = null;
        foreach (var word in words.Select(word => word.Trim()))
        {
            if (word is "*" || word.Equals("all", StringComparison.OrdinalIgnoreCase))
                kinds.UnionWith(EventFilter.Upstream);
            else if (Words.TryGetValue(word, out var kind))
                kinds.Add(kind);
            else
                problem ??=
                    $"\"{word}\" is no type of event: there are {string.Join(", ", Words.Keys)}, and all (or *) for the first three";
        }

        return (kinds, problem);
    }
}
