using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;

namespace Transponder.Core.Store;

/// <summary>What a batch of events touches; each list without repeats.</summary>
public sealed class BatchKeys
{
    /// <summary>The executions to lock and load.</summary>
    public HashSet<ExecutionKey> Executions { get; } = [];

    /// <summary>Those of <see cref="Executions"/> whose closure is needed too.</summary>
    public HashSet<ExecutionKey> WithClosure { get; } = [];

    /// <summary>Those of <see cref="Executions"/> that end: their launch plans and the incidents open for these are needed too.</summary>
    public HashSet<ExecutionKey> Ended { get; } = [];

    /// <summary>The node executions to load, parents included.</summary>
    public HashSet<NodeKey> Nodes { get; } = [];

    /// <summary>The task executions to load, parents included.</summary>
    public HashSet<TaskKey> Tasks { get; } = [];

    /// <summary>Executions whose existence matters, but which are not locked.</summary>
    public HashSet<ExecutionKey> Referenced { get; } = [];

    internal void Clear()
    {
        Executions.Clear();
        WithClosure.Clear();
        Ended.Clear();
        Nodes.Clear();
        Tasks.Clear();
        Referenced.Clear();
    }
}

/// <summary>What the store found of a batch's keys; what does not exist is absent.</summary>
public sealed class BatchState
{
    /// <summary>The locked executions.</summary>
    public Dictionary<ExecutionKey, ExecutionRow> Executions { get; } = [];

    /// <summary>The node executions.</summary>
    public Dictionary<NodeKey, NodeRow> Nodes { get; } = [];

    /// <summary>The task executions.</summary>
    public Dictionary<TaskKey, TaskRow> Tasks { get; } = [];

    /// <summary>The launch plans of <see cref="BatchKeys.Ended"/>, each as <c>project/domain/name</c>.</summary>
    public Dictionary<ExecutionKey, string> LaunchPlans { get; } = [];

    /// <summary>The incidents that are open for one of <see cref="LaunchPlans"/>. No other batch changes them until this one is committed.</summary>
    public Dictionary<IncidentName, OpenIncident> Incidents { get; } = [];

    /// <summary>Those of <see cref="BatchKeys.Referenced"/> that exist.</summary>
    public HashSet<ExecutionKey> Referenced { get; } = [];

    internal void Clear()
    {
        Executions.Clear();
        Nodes.Clear();
        Tasks.Clear();
        LaunchPlans.Clear();
        Incidents.Clear();
        Referenced.Clear();
    }
}

/// <summary>What a batch changes. Each row stands for its final state after all events of the batch.</summary>
public sealed class BatchChanges
{
    /// <summary>The accepted events in the order that they take in the log.</summary>
    public List<EventRecord> Events { get; } = [];

    /// <summary>Executions to update: the narrow state always; closure and list columns where <see cref="ExecutionRow.IsClosureChanged"/>.</summary>
    public HashSet<ExecutionRow> Executions { get; } = [];

    /// <summary>Node executions to insert or update.</summary>
    public HashSet<NodeRow> Nodes { get; } = [];

    /// <summary>Task executions to insert or update.</summary>
    public HashSet<TaskRow> Tasks { get; } = [];

    /// <summary>Workflows that dynamic nodes made, to insert or replace.</summary>
    public List<NodeWorkflow> NodeWorkflows { get; } = [];

    /// <summary>
    /// Deliveries to insert; one whose id exists already is left as it is. One with a claim is stored in sending under the claim's fence, and the
    /// claim made good, if that fence is still its destination's and the destination has an owner; no lease changes hands before the commit then.
    /// </summary>
    public List<NewDelivery> Deliveries { get; } = [];

    /// <summary>Incidents that opened or failed again, and (null) those that ended.</summary>
    public Dictionary<IncidentName, OpenIncident?> Incidents { get; } = [];

    internal void MakeRoom(int events)
    {
        Events.EnsureCapacity(events);
        Executions.EnsureCapacity(events);
        Nodes.EnsureCapacity(events);
        Tasks.EnsureCapacity(events);
    }

    /// <summary>The same changes, but for those of some executions.</summary>
    /// <param name="executions">The executions to leave out.</param>
    public BatchChanges Without(IReadOnlySet<ExecutionKey> executions)
    {
        ArgumentNullException.ThrowIfNull(executions);
        var rest = new BatchChanges();
        var left = Executions.Where(row => executions.Contains(row.Key)).Select(row => row.Id).ToHashSet();
        rest.Events.AddRange(Events.Where(record => !left.Contains(record.ExecutionId)));
        rest.Executions.UnionWith(Executions.Where(row => !left.Contains(row.Id)));
        rest.Nodes.UnionWith(Nodes.Where(row => !executions.Contains(row.Key.Execution)));
        rest.Tasks.UnionWith(Tasks.Where(row => !executions.Contains(row.Key.Node.Execution)));
        rest.NodeWorkflows.AddRange(NodeWorkflows.Where(workflow => !executions.Contains(workflow.Node.Execution)));
        rest.Deliveries.AddRange(Deliveries.Where(delivery => !left.Contains(delivery.Event.ExecutionId)));
        return rest;
    }

    /// <summary>True when there is nothing to write.</summary>
    public bool IsEmpty => Events.Count == 0 && Executions.Count == 0 && Nodes.Count == 0 && Tasks.Count == 0 && Deliveries.Count == 0;
}
