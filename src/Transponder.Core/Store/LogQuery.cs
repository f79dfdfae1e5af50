using Transponder.Core.Events;
using Transponder.Core.Executions;

namespace Transponder.Core.Store;

/// <summary>One stretch of the event log, and which of its events are wanted.</summary>
public sealed record LogQuery
{
    /// <summary>Only events above this position.</summary>
    public required long After { get; init; }

    /// <summary>Only events at or below this position.</summary>
    public required long Until { get; init; }

    /// <summary>Only events of this execution; null = of any.</summary>
    public ExecutionKey? Execution { get; init; }

    /// <summary>Only events of this project; null = of any.</summary>
    public string? Project { get; init; }

    /// <summary>Only events of this domain; null = of any.</summary>
    public string? Domain { get; init; }

    /// <summary>Only events of these projects; null = of any.</summary>
    public IReadOnlySet<string>? Projects { get; init; }

    /// <summary>Only these kinds and phases; null = all that workflow, node and task executions report.</summary>
    public IReadOnlyCollection<(EventKind Kind, int Phase)>? Phases { get; init; }

    /// <summary>Only events received at this moment or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only events received before this moment.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>The newest first.</summary>
    public bool Descending { get; init; }

    /// <summary>At most so many.</summary>
    public required int Limit { get; init; }
}
