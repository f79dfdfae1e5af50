using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;

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

    /// <summary>Only these phases, by their names in Flyte's enumerations (<c>SUCCEEDED</c>), or what happened in a change (<c>ACTIVATED</c>).</summary>
    public IReadOnlySet<string>? Phases { get; init; }

    /// <summary>Only executions that have all of these labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Whether events alone do not decide: executions' facts are needed.</summary>
    public bool NeedsFacts => Workflows is not null || LaunchPlans is not null || Labels is { Count: > 0 };

    /// <summary>The events that are wanted, in their order. Throws <see cref="Store.StoreException"/> when facts are needed and cannot be read now.</summary>
    /// <param name="events">Events of the log.</param>
    /// <param name="facts">Where the facts come from.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<IReadOnlyList<LoggedEvent>> SelectAsync(
        IReadOnlyList<LoggedEvent> events,
        ExecutionFactsCache facts,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(facts);
        var wanted = new List<LoggedEvent>(events.Count);
        foreach (var logged in events)
        {
            if (Matches(logged))
                wanted.Add(logged);
        }

        if (!NeedsFacts || wanted.Count == 0)
            return wanted;
        var executions = wanted.Where(logged => !logged.Kind.IsOfCatalog()).Select(logged => logged.Execution);
        var known = await facts.FindAsync(executions, cancellationToken).ConfigureAwait(false);
        wanted.RemoveAll(logged =>
            logged.Kind.IsOfCatalog() ? !ChangeFacts.Match(this, logged) : !(known.TryGetValue(logged.Execution, out var of) && Matches(of))
        );
        return wanted;
    }

    /// <summary>Whether all that the event says of itself is wanted: its kind, project, domain and phase.</summary>
    /// <param name="logged">The event.</param>
    public bool Matches(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        return Kinds.Contains(logged.Kind)
            && Projects?.Contains(logged.Execution.Project) is not false
            && Domains?.Contains(logged.Execution.Domain) is not false
            && Phases?.Contains(PhaseOf(logged)) is not false;
    }

    /// <summary>Whether the execution is wanted: its workflow, launch plan and labels.</summary>
    /// <param name="facts">The execution's facts.</param>
    public bool Matches(ExecutionFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Workflows?.Contains(facts.Workflow.Name) is not false
            && LaunchPlans?.Contains(facts.LaunchPlan?.Name ?? "") is not false
            && Labels?.All(label => facts.Labels.TryGetValue(label.Key, out var value) && value == label.Value) is not false;
    }

    private static string PhaseOf(LoggedEvent logged) =>
        logged.Kind switch
        {
            EventKind.Workflow => ((WorkflowPhase)logged.Phase).ToText(),
            EventKind.Node => ((NodePhase)logged.Phase).ToText(),
            EventKind.Task => ((TaskPhase)logged.Phase).ToText(),
            _ => ((Change)logged.Phase).ToText(),
        };
}
