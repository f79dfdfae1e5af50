using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;
using Transponder.V1;

namespace Transponder.Core.Ingestion;

/// <summary>A task execution's event: the rules of its phases and their versions, and what it changes on the attempt.</summary>
internal sealed class TaskEvent(TaskExecutionEventRequest request, ReadOnlyMemory<byte> bytes, DateTimeOffset receivedAt)
    : PendingEvent(ExecutionKey.From(request.Event.ParentNodeExecutionId.ExecutionId), BytesOf(request, bytes), receivedAt)
{
    private readonly Flyteidl.Event.TaskExecutionEvent occurrence = request.Event;
    private readonly TaskKey key = new(
        NodeKey.From(request.Event.ParentNodeExecutionId),
        EntityKey.From(request.Event.TaskId),
        request.Event.RetryAttempt
    );

    public override string Kind => "task";

    public override void AddKeys(BatchKeys keys)
    {
        base.AddKeys(keys);
        keys.Nodes.Add(key.Node);
        keys.Tasks.Add(key);
    }

    public override RpcException? Decide(BatchDecision batch)
    {
        if (batch.Execution(Execution) is not { } execution)
            return EventFailures.Missing("execution", Execution);
        if (Producers.Conflict(execution, occurrence.ProducerId) is { } conflict)
            return conflict;
        if (!batch.State.Nodes.ContainsKey(key.Node))
            return EventFailures.Missing("node execution", key.Node);

        var row = batch.State.Tasks.GetValueOrDefault(key);
        if (row is not null && Refuse(row) is { } failure)
            return failure;

        var extras = RecordBody.WithInputs(row?.Body ?? [], occurrence.InputData);
        var task = row is null ? TaskUpdates.Create(occurrence) : TaskToUpdate(row, extras);
        TaskUpdates.Apply(task, occurrence);
        if (row is null)
        {
            row = new TaskRow
            {
                Key = key,
                Phase = occurrence.Phase,
                PhaseVersion = occurrence.PhaseVersion,
                Body = [],
                IsNew = true,
            };
            batch.State.Tasks[key] = row;
        }

        row.Phase = occurrence.Phase;
        row.PhaseVersion = occurrence.PhaseVersion;
        row.Body = RecordBody.Write(task, extras);
        row.Message = extras is null || extras.CalculateSize() == 0 ? task : null;

        batch.Accept(this, execution, EventKind.Task, (int)occurrence.Phase, occurrence.OccurredAt.ToDateTimeOffset());
        batch.Changes.Tasks.Add(row);
        return null;
    }

    private static TaskExecution TaskToUpdate(TaskRow row, RecordExtras? extras) =>
        extras is null && row.Message is { } message ? message : RecordBody.TaskToUpdate(row.Body, extras);

    private RpcException? Refuse(TaskRow row)
    {
        if (row.Phase == occurrence.Phase && row.PhaseVersion >= occurrence.PhaseVersion)
        {
            var phase = $"{occurrence.Phase.ToText()} (version {occurrence.PhaseVersion})";
            return EventFailures.AlreadyRecorded("task execution", key, phase);
        }

        return row.Phase.IsTerminal() ? EventFailures.Terminal("task execution", key, row.Phase.ToText(), occurrence.Phase.ToText()) : null;
    }
}
