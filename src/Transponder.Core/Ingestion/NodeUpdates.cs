using Flyteidl.Admin;
using Flyteidl.Event;
using Transponder.Core.Executions;
using Transponder.V1;
using Metadata = Flyteidl.Event.NodeExecutionEvent.TargetMetadataOneofCase;
using Outputs = Flyteidl.Event.NodeExecutionEvent.OutputResultOneofCase;

namespace Transponder.Core.Ingestion;

/// <summary>What a node event changes on the node execution that clients read.</summary>
internal static class NodeUpdates
{
    /// <summary>The node execution before its first event.</summary>
    public static NodeExecution Create(NodeExecutionEvent occurrence) =>
        new()
        {
            Id = occurrence.Id,
            Closure = new NodeExecutionClosure { CreatedAt = occurrence.OccurredAt },
            Metadata = new NodeExecutionMetaData { RetryGroup = occurrence.RetryGroup, SpecNodeId = occurrence.SpecNodeId },
        };

    /// <summary>The extras to write anew; null when those that are stored stay.</summary>
    public static RecordExtras? Extras(NodeExecutionEvent occurrence, byte[]? stored)
    {
        if (stored is null)
            return new RecordExtras
            {
                ParentNodeId = occurrence.ParentNodeMetadata?.NodeId ?? "",
                ParentTask = occurrence.ParentTaskMetadata?.Id,
                Inputs = occurrence.InputData,
            };
        return RecordBody.WithInputs(stored, occurrence.InputData);
    }

    public static void Apply(NodeExecution node, NodeExecutionEvent occurrence)
    {
        var closure = node.Closure;
        closure.Phase = occurrence.Phase;
        closure.UpdatedAt = occurrence.OccurredAt;
        if (occurrence.Phase is NodePhase.Running or NodePhase.DynamicRunning)
            closure.StartedAt ??= occurrence.OccurredAt;
        if (occurrence.Phase.IsTerminal() && closure.StartedAt is { } started)
            closure.Duration = Spans.Between(started, occurrence.OccurredAt);

        if (occurrence.InputUri.Length > 0)
            node.InputUri = occurrence.InputUri;
        if (occurrence.DeckUri.Length > 0)
            closure.DeckUri = occurrence.DeckUri;
        node.Metadata.IsParentNode |= occurrence.IsParent;
        node.Metadata.IsDynamic |= occurrence.IsDynamic;
        node.Metadata.IsArray |= occurrence.IsArray;
        node.Metadata.IsEager |= occurrence.IsEager;
        ApplyResult(closure, occurrence);
        ApplyTarget(closure, occurrence);
    }

    private static void ApplyResult(NodeExecutionClosure closure, NodeExecutionEvent occurrence)
    {
        switch (occurrence.OutputResultCase)
        {
            case Outputs.OutputUri:
                closure.OutputUri = occurrence.OutputUri;
                break;
            case Outputs.OutputData:
                closure.OutputData = occurrence.OutputData;
                break;
            case Outputs.Error:
                closure.Error = occurrence.Error;
                break;
        }
    }

    private static void ApplyTarget(NodeExecutionClosure closure, NodeExecutionEvent occurrence)
    {
        if (occurrence.TargetMetadataCase == Metadata.WorkflowNodeMetadata)
        {
            closure.WorkflowNodeMetadata = new() { ExecutionId = occurrence.WorkflowNodeMetadata.ExecutionId };
        }
        else if (occurrence.TargetMetadataCase == Metadata.TaskNodeMetadata)
        {
            var task = occurrence.TaskNodeMetadata;
            closure.TaskNodeMetadata = new()
            {
                CacheStatus = task.CacheStatus,
                CatalogKey = task.CatalogKey,
                CheckpointUri = task.CheckpointUri,
            };
            if (task.DynamicWorkflow is { DynamicJobSpecUri.Length: > 0 } dynamic)
                closure.DynamicJobSpecUri = dynamic.DynamicJobSpecUri;
        }
    }
}
