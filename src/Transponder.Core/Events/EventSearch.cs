using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;

namespace Transponder.Core.Events;

/// <summary>Which events of the log are wanted, and which page of them.</summary>
public sealed record EventSearch
{
    /// <summary>Only events of this execution; null = of any.</summary>
    public ExecutionKey? Execution { get; init; }

    /// <summary>Only events of this project; null = of any.</summary>
    public string? Project { get; init; }

    /// <summary>Only events of this domain; null = of any.</summary>
    public string? Domain { get; init; }

    /// <summary>The projects that the caller may see; null = all.</summary>
    public IReadOnlySet<string>? Projects { get; init; }

    /// <summary>Only these kinds and phases; null = all that workflow, node and task executions report.</summary>
    public IReadOnlyCollection<(EventKind Kind, int Phase)>? Phases { get; init; }

    /// <summary>Only events received at this moment or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only events received before this moment.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Only events above this position of the log.</summary>
    public long After { get; init; }

    /// <summary>The newest first.</summary>
    public bool Descending { get; init; }

    /// <summary>At most so many; 0 = the default.</summary>
    public int Limit { get; init; }

    /// <summary>The token of the page before; empty = the first page.</summary>
    public string Token { get; init; } = "";

    /// <summary>Whether an event is one of those that are wanted; position and page left aside.</summary>
    /// <param name="one">The event.</param>
    public bool Matches(LoggedEvent one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return (Execution is null || (one.Execution == Execution && !one.Kind.IsOfCatalog()))
            && (Project is null || one.Execution.Project == Project)
            && (Domain is null || one.Execution.Domain == Domain)
            && Projects?.Contains(one.Execution.Project) != false
            && (Phases?.Contains((one.Kind, one.Phase)) ?? !one.Kind.IsChange())
            && (Since is null || one.ReceivedAt >= Since)
            && (Before is null || one.ReceivedAt < Before);
    }
}
