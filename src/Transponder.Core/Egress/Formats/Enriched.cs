using Flyteidl.Core;
using Transponder.Core.Executions;

namespace Transponder.Core.Egress.Formats;

/// <summary>What the store knew of some events; what does not exist is absent.</summary>
/// <param name="facts">The executions' facts.</param>
/// <param name="attempts">The last attempts of nodes' tasks.</param>
/// <param name="workflows">The interfaces of workflows.</param>
/// <param name="tasks">The interfaces of tasks.</param>
internal sealed class Enriched(
    IReadOnlyDictionary<ExecutionKey, ExecutionFacts> facts,
    Dictionary<NodeKey, TaskKey> attempts,
    Dictionary<EntityKey, TypedInterface> workflows,
    Dictionary<EntityKey, TypedInterface> tasks
)
{
    public static Enriched Nothing { get; } = new(new Dictionary<ExecutionKey, ExecutionFacts>(), [], [], []);

    public ExecutionFacts? Facts(Occurrence occurrence) => facts.GetValueOrDefault(occurrence.Logged.Execution);

    public TaskKey? LastAttempt(Occurrence occurrence) =>
        attempts.TryGetValue(new NodeKey(occurrence.Logged.Execution, occurrence.Node!.Id.NodeId), out var key) ? key : null;

    public TypedInterface? WorkflowInterface(EntityKey workflow) => workflows.GetValueOrDefault(workflow);

    public TypedInterface? TaskInterface(EntityKey task) => tasks.GetValueOrDefault(task);
}
