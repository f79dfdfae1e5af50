using Flyteidl.Admin;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>A workflow execution's event: the rules of its phases, and what it changes on the execution.</summary>
internal sealed class WorkflowEvent(WorkflowExecutionEventRequest request, ReadOnlyMemory<byte> bytes, DateTimeOffset receivedAt)
    : PendingEvent(ExecutionKey.From(request.Event.ExecutionId), BytesOf(request, bytes), receivedAt)
{
    private readonly Flyteidl.Event.WorkflowExecutionEvent occurrence = request.Event;

    public override string Kind => "workflow";

    public override void AddKeys(BatchKeys keys)
    {
        base.AddKeys(keys);
        keys.WithClosure.Add(Execution);
        if (occurrence.Phase.IsTerminal())
            keys.Ended.Add(Execution);
    }

    public override RpcException? Decide(BatchDecision batch)
    {
        if (batch.Execution(Execution) is not { } execution)
            return EventFailures.Missing("execution", Execution);
        if (Refuse(execution) is { } failure)
            return failure;
        if (occurrence.OccurredAt is null)
            return new RpcException(StatusCode.Internal, $"event.occurred_at is missing in the event of workflow execution {Execution}");

        var closure = ExecutionClosure.Parser.ParseFrom(execution.Closure);
        Apply(execution, closure);
        execution.Closure = closure.ToByteArray();
        execution.IsClosureChanged = true;

        var record = batch.Accept(this, execution, EventKind.Workflow, (int)occurrence.Phase, occurrence.OccurredAt.ToDateTimeOffset());
        if (occurrence.Phase.IsTerminal())
            batch.Notify(execution, closure, record);
        return null;
    }

    private RpcException? Refuse(ExecutionRow execution)
    {
        // QUEUED may repeat: it is how propeller announces that another cluster takes over.
        if (occurrence.Phase != WorkflowPhase.Queued)
        {
            if (execution.Phase == occurrence.Phase)
                return EventFailures.AlreadyRecorded("workflow execution", Execution, occurrence.Phase.ToText());
            if (Producers.Conflict(execution, occurrence.ProducerId) is { } conflict)
                return conflict;
        }

        if (execution.Phase.IsTerminal())
            return EventFailures.Terminal("workflow execution", Execution, execution.Phase.ToText(), occurrence.Phase.ToText());
        var backwards = execution.Phase == WorkflowPhase.Running && occurrence.Phase == WorkflowPhase.Queued;
        var revived = execution.Phase == WorkflowPhase.Aborting && !occurrence.Phase.IsTerminal();
        return backwards || revived ? EventFailures.WrongPhase(Execution, execution.Phase, occurrence.Phase) : null;
    }

    private void Apply(ExecutionRow execution, ExecutionClosure closure)
    {
        var reassigned = occurrence.Phase == WorkflowPhase.Queued && execution.Phase is WorkflowPhase.Undefined or WorkflowPhase.Queued;
        if (Producers.IsCluster(occurrence.ProducerId) && (reassigned || execution.Cluster.Length == 0))
            execution.Cluster = occurrence.ProducerId;

        execution.Phase = closure.Phase = occurrence.Phase;
        closure.UpdatedAt = occurrence.OccurredAt;
        execution.UpdatedAt = occurrence.OccurredAt.ToDateTimeOffset();
        if (occurrence.Phase == WorkflowPhase.Running)
        {
            closure.StartedAt = occurrence.OccurredAt;
            execution.StartedAt = execution.UpdatedAt;
        }

        if (occurrence.Phase.IsTerminal() && closure.StartedAt is { } started)
        {
            closure.Duration = Spans.Between(started, occurrence.OccurredAt);
            execution.Duration = closure.Duration.ToTimeSpan();
            execution.StartedAt = started.ToDateTimeOffset();
        }

        ApplyResult(execution, closure);
    }

    private void ApplyResult(ExecutionRow execution, ExecutionClosure closure)
    {
        if (occurrence.Error is { } error)
        {
            execution.ErrorKind = error.Kind.ToString().ToUpperInvariant();
            execution.ErrorCode = error.Code;
        }

        // Who aborted and why outlives the error that propeller reports for the same abort.
        if (closure.OutputResultCase == ExecutionClosure.OutputResultOneofCase.AbortMetadata)
            return;
        switch (occurrence.OutputResultCase)
        {
            case Flyteidl.Event.WorkflowExecutionEvent.OutputResultOneofCase.OutputUri:
                closure.Outputs = new LiteralMapBlob { Uri = occurrence.OutputUri };
                break;
            case Flyteidl.Event.WorkflowExecutionEvent.OutputResultOneofCase.OutputData:
                closure.Outputs = new LiteralMapBlob { Values = occurrence.OutputData };
                break;
            case Flyteidl.Event.WorkflowExecutionEvent.OutputResultOneofCase.Error:
                closure.Error = occurrence.Error;
                break;
        }
    }
}
