namespace Transponder.Core.Events.Changes;

/// <summary>The kinds of changes, and what can happen in each.</summary>
public static class ChangeKinds
{
    private static readonly Dictionary<EventKind, Change[]> Known = new()
    {
        [EventKind.ExecutionCreated] = [Change.Created],
        [EventKind.ExecutionAborted] = [Change.Aborted],
        [EventKind.LaunchPlan] = [Change.Created, Change.Activated, Change.Deactivated],
        [EventKind.WorkflowRegistered] = [Change.Registered],
        [EventKind.Project] = [Change.Registered, Change.Updated],
        [EventKind.Notification] = [Change.Delivered, Change.Dead],
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<EventKind> All => Known.Keys;

    /// <summary>Whether it tells of a change, not of an execution's event as Flyte knows them.</summary>
    /// <param name="kind">The kind.</param>
    public static bool IsChange(this EventKind kind) => kind > EventKind.Task;

    /// <summary>Whether its entries belong to no execution, but to an entity of the catalog.</summary>
    /// <param name="kind">The kind.</param>
    public static bool IsOfCatalog(this EventKind kind) =>
        kind is EventKind.LaunchPlan or EventKind.WorkflowRegistered or EventKind.Project;

    /// <summary>Whether its entries have a place in the order of their execution.</summary>
    /// <param name="kind">The kind.</param>
    public static bool HasSequence(this EventKind kind) => kind <= EventKind.ExecutionAborted;

    /// <summary>What can happen.</summary>
    /// <param name="kind">A kind of changes.</param>
    public static IReadOnlyList<Change> ChangesOf(EventKind kind) => Known[kind];

    /// <summary>All numbers of phases that events of a kind can have.</summary>
    /// <param name="kind">Any kind.</param>
    public static IEnumerable<int> PhasesOf(EventKind kind) =>
        kind switch
        {
            EventKind.Workflow => Enum.GetValues<WorkflowPhase>().Select(phase => (int)phase),
            EventKind.Node => Enum.GetValues<NodePhase>().Select(phase => (int)phase),
            EventKind.Task => Enum.GetValues<TaskPhase>().Select(phase => (int)phase),
            _ => Known[kind].Select(change => (int)change),
        };

    /// <summary>What happened, as phases are written: <c>ACTIVATED</c>.</summary>
    /// <param name="change">The change.</param>
    public static string ToText(this Change change) => change.ToString().ToUpperInvariant();
}
