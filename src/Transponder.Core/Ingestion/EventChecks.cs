using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>What can be said of an event before any state is read. One bad value must not cost the batch that it would be part of.</summary>
internal static class EventChecks
{
    private const int MaxIdentifier = 256;
    private const int MaxDepth = 80;

    // Year 1 and year 9999, the range of google.protobuf.Timestamp.
    private const long MinSeconds = -62135596800;
    private const long MaxSeconds = 253402300799;

    public static RpcException? Check(WorkflowExecutionEventRequest request, int maxInline)
    {
        if (request.Event is not { } occurrence)
            return EventFailures.Invalid("event", "is missing");
        return Execution("event.execution_id", occurrence.ExecutionId)
            ?? Time("event.occurred_at", occurrence.OccurredAt, required: false)
            ?? Text("event.producer_id", occurrence.ProducerId, required: false)
            ?? Inline("event.output_data", occurrence.OutputData, maxInline)
            ?? Depth(request, occurrence.OutputData is not null);
    }

    public static RpcException? Check(NodeExecutionEventRequest request, int maxInline)
    {
        if (request.Event is not { } occurrence)
            return EventFailures.Invalid("event", "is missing");
        return Node("event.id", occurrence.Id)
            ?? Time("event.occurred_at", occurrence.OccurredAt, required: true)
            ?? Time("event.reported_at", occurrence.ReportedAt, required: false)
            ?? Text("event.producer_id", occurrence.ProducerId, required: false)
            ?? (
                occurrence.ParentNodeMetadata is { } parent
                    ? Text("event.parent_node_metadata.node_id", parent.NodeId, required: false)
                    : null
            )
            ?? (occurrence.ParentTaskMetadata is { } task ? Task("event.parent_task_metadata.id", task.Id) : null)
            ?? (
                occurrence.WorkflowNodeMetadata is { } child
                    ? Execution("event.workflow_node_metadata.execution_id", child.ExecutionId)
                    : null
            )
            ?? Inline("event.output_data", occurrence.OutputData, maxInline)
            ?? Inline("event.input_data", occurrence.InputData, maxInline)
            ?? Depth(
                request,
                occurrence.OutputData is not null || occurrence.InputData is not null || occurrence.TaskNodeMetadata is not null
            );
    }

    public static RpcException? Check(TaskExecutionEventRequest request, int maxInline)
    {
        if (request.Event is not { } occurrence)
            return EventFailures.Invalid("event", "is missing");
        return Time("event.occurred_at", occurrence.OccurredAt, required: true)
            ?? Entity("event.task_id", occurrence.TaskId)
            ?? Node("event.parent_node_execution_id", occurrence.ParentNodeExecutionId)
            ?? Time("event.reported_at", occurrence.ReportedAt, required: false)
            ?? Reasons(occurrence)
            ?? Text("event.producer_id", occurrence.ProducerId, required: false)
            ?? Inline("event.output_data", occurrence.OutputData, maxInline)
            ?? Inline("event.input_data", occurrence.InputData, maxInline)
            ?? Depth(
                request,
                occurrence.OutputData is not null
                    || occurrence.InputData is not null
                    || occurrence.CustomInfo is not null
                    || occurrence.Metadata is not null
            );
    }

    public static RpcException? Execution(string field, WorkflowExecutionIdentifier? id) =>
        id is null
            ? EventFailures.Invalid(field, "is missing")
            : Text($"{field}.project", id.Project) ?? Text($"{field}.domain", id.Domain) ?? Text($"{field}.name", id.Name);

    private static RpcException? Node(string field, NodeExecutionIdentifier? id) =>
        id is null
            ? EventFailures.Invalid(field, "is missing")
            : Text($"{field}.node_id", id.NodeId) ?? Execution($"{field}.execution_id", id.ExecutionId);

    private static RpcException? Entity(string field, Identifier? id) =>
        id is null
            ? EventFailures.Invalid(field, "is missing")
            : Text($"{field}.project", id.Project)
                ?? Text($"{field}.domain", id.Domain)
                ?? Text($"{field}.name", id.Name)
                ?? Text($"{field}.version", id.Version);

    private static RpcException? Task(string field, TaskExecutionIdentifier? id) =>
        id is null
            ? EventFailures.Invalid(field, "is missing")
            : Entity($"{field}.task_id", id.TaskId) ?? Node($"{field}.node_execution_id", id.NodeExecutionId);

    private static RpcException? Reasons(Flyteidl.Event.TaskExecutionEvent occurrence)
    {
        for (var i = 0; i < occurrence.Reasons.Count; i++)
        {
            if (Time($"event.reasons[{i}].occurred_at", occurrence.Reasons[i].OccurredAt, required: false) is { } failure)
                return failure;
        }

        return null;
    }

    private static RpcException? Text(string field, string value, bool required = true)
    {
        if (value.Length == 0)
            return required ? EventFailures.Invalid(field, "is missing") : null;
        if (value.Length > MaxIdentifier)
            return EventFailures.Invalid(field, $"has {value.Length} characters, over the limit of {MaxIdentifier}");
        return value.Contains('\0', StringComparison.Ordinal) ? EventFailures.Invalid(field, "contains a NUL character") : null;
    }

    private static RpcException? Time(string field, Timestamp? value, bool required)
    {
        if (value is null)
            return required ? EventFailures.Invalid(field, "is missing") : null;
        var inRange = value.Seconds is >= MinSeconds and <= MaxSeconds && value.Nanos is >= 0 and < 1_000_000_000;
        return inRange
            ? null
            : EventFailures.Invalid(field, $"is no timestamp between the years 1 and 9999 ({value.Seconds} s, {value.Nanos} ns)");
    }

    // Stored within other messages, what is as deep as the parser permits could not be parsed again.
    private static RpcException? Depth(IMessage request, bool mayBeDeep)
    {
        if (!mayBeDeep)
            return null;
        try
        {
            using var input = CodedInputStream.CreateWithLimits(new MemoryStream(request.ToByteArray()), int.MaxValue, MaxDepth);
            request.Descriptor.Parser.ParseFrom(input);
            return null;
        }
        catch (InvalidProtocolBufferException)
        {
            return EventFailures.Invalid("event", $"is nested more than {MaxDepth} levels deep");
        }
    }

    private static RpcException? Inline(string field, LiteralMap? value, int limit) =>
        value is not null && value.CalculateSize() is var size && size > limit ? EventFailures.TooLarge(field, size, limit) : null;
}
