using Transponder.Core.Events;

namespace Transponder.Core.Egress;

/// <summary>The words of <c>eventTypes</c>. <c>all</c> and <c>*</c> stand for what Flyte emits, never for more.</summary>
public static class EventTypes
{
    /// <summary>The kinds that a list of words names, and what is wrong with it, for people; null when nothing is.</summary>
    /// <param name="words">The words, in any case.</param>
    public static (IReadOnlySet<EventKind> Kinds, string? Problem) Parse(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var kinds = new HashSet<EventKind>();
        string? problem = null;
        foreach (var word in words)
        {
            switch (word.Trim().ToUpperInvariant())
            {
                case "ALL" or "*":
                    kinds.UnionWith(EventFilter.Upstream);
                    break;
                case "WORKFLOW":
                    kinds.Add(EventKind.Workflow);
                    break;
                case "NODE":
                    kinds.Add(EventKind.Node);
                    break;
                case "TASK":
                    kinds.Add(EventKind.Task);
                    break;
                default:
                    problem ??= $"\"{word}\" is no type of event: there are task, node, workflow, and all (or *)";
                    break;
            }
        }

        return (kinds, problem);
    }
}
