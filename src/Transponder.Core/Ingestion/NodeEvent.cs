using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;
using Transponder.V1;
using Metadata = Flyteidl.Event.NodeExecutionEvent.TargetMetadataOneofCase;

namespace Transponder.Core.Ingestion;

/// <summary>A node execution's event: the rules of its phases, and what it changes on the node.</summary>
internal sealed class NodeEvent(NodeExecutionEventRequest request, ReadOnlyMemory<byte> bytes, DateTimeOffset receivedAt)
    : PendingEvent(ExecutionKey.From(request.Event.Id.ExecutionId), BytesOf(request, bytes), receivedAt)
{
    private readonly Flyteidl.Event.NodeExecutionEvent occurrence = request.Event;
    private readonly NodeKey key = NodeKey.From(request.Event.Id);

    public override string Kind => "node";

    private NodeKey? ParentNode => occurrence.ParentNodeMetadata is { NodeId.Length: > 0 } parent ? new(Execution, parent.NodeId) : null;

    private TaskKey? ParentTask => occurrence.ParentTaskMetadata?.Id is { } parent ? TaskKey.From(parent) : null;

    private ExecutionKey? Child =>
        occurrence.TargetMetadataCase == Metadata.WorkflowNodeMetadata && occurrence.WorkflowNodeMetadata.ExecutionId is { } child
            ? ExecutionKey.From(child)
            : null;

    public override void AddKeys(BatchKeys keys)
    {
        base.AddKeys(keys);
        keys.Nodes.Add(key);
        if (ParentNode is { } node)
            keys.Nodes.Add(node);
        if (ParentTask is { } task)
            keys.Tasks.Add(task);
        if (Child is { } child)
            keys.Referenced.Add(child);
    }

    public override RpcException? Decide(BatchDecision batch)
    {
        if (batch.Execution(Execution) is not { } execution)
            return EventFailures.Missing("execution", Execution);
        if (Producers.Conflict(execution, occurrence.ProducerId) is { } conflict)
            return conflict;

        var row = batch.State.Nodes.GetValueOrDefault(key);
        if ((row is null ? RefuseNew(batch) : RefuseNext(row)) is { } failure)
            return failure;
        if (Child is { } child && !batch.State.Referenced.Contains(child))
            return EventFailures.Missing("execution", child);

        var extras = NodeUpdates.Extras(occurrence, row?.Body);
        var node = row is null ? NodeUpdates.Create(occurrence) : NodeToUpdate(row, extras);
        NodeUpdates.Apply(node, occurrence);
        if (row is null)
        {
            MarkParents(batch);
            batch.State.Nodes[key] = row = new NodeRow
            {
                Key = key,
                Phase = occurrence.Phase,
                Body = [],
                IsNew = true,
            };
        }
        row.Phase = occurrence.Phase;
        row.Body = RecordBody.Write(node, extras);
        row.Message = extras is null || extras.CalculateSize() == 0 ? node : null;

        batch.Accept(this, execution, EventKind.Node, (int)occurrence.Phase, occurrence.OccurredAt.ToDateTimeOffset());
        batch.Changes.Nodes.Add(row);
        if (occurrence.TaskNodeMetadata?.DynamicWorkflow?.CompiledWorkflow is { } workflow)
            batch.Changes.NodeWorkflows.Add(new NodeWorkflow(key, workflow.ToByteArray()));
        return null;
    }

    // Producers that say nothing of parents on their events are told by the first child.
    private void MarkParents(BatchDecision batch)
    {
        if (ParentTask is { } parentTask && batch.State.Tasks.TryGetValue(parentTask, out var task))
        {
            var parent = TaskExecution.Parser.ParseFrom(task.Body);
            if (!parent.IsParent)
            {
                parent.IsParent = true;
                task.Body = parent.ToByteArray();
                task.Message = null;
                batch.Changes.Tasks.Add(task);
            }
        }
        if (occurrence.EventVersion > 0 || ParentNode is not { } parentNode || !batch.State.Nodes.TryGetValue(parentNode, out var node))
            return;
        var above = NodeExecution.Parser.ParseFrom(node.Body);
        if (above.Metadata is { IsParentNode: false })
        {
            above.Metadata.IsParentNode = true;
            node.Body = above.ToByteArray();
            node.Message = null;
            batch.Changes.Nodes.Add(node);
        }
    }

    private static NodeExecution NodeToUpdate(NodeRow row, RecordExtras? extras) =>
        extras is null && row.Message is { } message ? message : RecordBody.NodeToUpdate(row.Body, extras);

    private RpcException? RefuseNew(BatchDecision batch)
    {
        if (ParentNode is { } node && !batch.State.Nodes.ContainsKey(node))
            return EventFailures.Missing("node execution", node);
        return ParentTask is { } task && !batch.State.Tasks.ContainsKey(task) ? EventFailures.Missing("task execution", task) : null;
    }

    private RpcException? RefuseNext(NodeRow row)
    {
        if (row.Phase == occurrence.Phase)
            return EventFailures.AlreadyRecorded("node execution", key, occurrence.Phase.ToText());
        return row.Phase.IsTerminal() ? EventFailures.Terminal("node execution", key, row.Phase.ToText(), occurrence.Phase.ToText()) : null;
    }
}
