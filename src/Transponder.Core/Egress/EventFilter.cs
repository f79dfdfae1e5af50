using Transponder.Core.Events;

namespace Transponder.Core.Egress;

/// <summary>Which events are wanted. Every set that is not null must contain the event's value.</summary>
public sealed record EventFilter
{
    /// <summary>All that upstream emits: workflow, node and task executions' events.</summary>
    public static IReadOnlySet<EventKind> Upstream { get; } = new HashSet<EventKind> { EventKind.Workflow, EventKind.Node, EventKind.Task };

    /// <summary>Which kinds; empty = none.</summary>
    public required IReadOnlySet<EventKind> Kinds { get; init; }

    /// <summary>Only these projects.</summary>
    public IReadOnlySet<string>? Projects { get; init; }

    /// <summary>Only these domains.</summary>
    public IReadOnlySet<string>? Domains { get; init; }

    /// <summary>Only executions of workflows with these names.</summary>
    public IReadOnlySet<string>? Workflows { get; init; }

    /// <summary>Only executions of launch plans with these names.</summary>
    public IReadOnlySet<string>? LaunchPlans { get; init; }

    /// <summary>Only these phases, by their names in Flyte's enumerations (<c>SUCCEEDED</c>).</summary>
    public IReadOnlySet<string>? Phases { get; init; }

    /// <summary>Only executions that have all of these labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
