using Flyteidl.Admin;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>
/// Someone's wish that an execution ends: it becomes ABORTING, with cause and principal. Asking again changes nothing. It goes the way of events,
/// so that it cannot race them.
/// </summary>
internal sealed class Termination(ExecutionKey execution, string cause, string principal, DateTimeOffset receivedAt)
    : PendingEvent(execution, default, receivedAt)
{
    public override string Kind => "termination";

    public override void AddKeys(BatchKeys keys)
    {
        base.AddKeys(keys);
        keys.WithClosure.Add(Execution);
    }

    public override RpcException? Decide(BatchDecision batch)
    {
        if (batch.Execution(Execution) is not { } row)
            return EventFailures.Missing("execution", Execution);
        if (row.Phase.IsTerminal())
            return EventFailures.Terminal("workflow execution", Execution, row.Phase.ToText(), WorkflowPhase.Aborting.ToText());
        if (row.Phase == WorkflowPhase.Aborting)
            return null;

        var closure = ExecutionClosure.Parser.ParseFrom(row.Closure);
        var previous = row.Phase;
        closure.Phase = row.Phase = WorkflowPhase.Aborting;
        closure.AbortMetadata = new AbortMetadata { Cause = cause, Principal = principal };
        closure.UpdatedAt = Timestamp.FromDateTimeOffset(batch.Now);
        row.UpdatedAt = batch.Now;
        row.AbortCause = cause;
        row.Closure = closure.ToByteArray();
        row.IsClosureChanged = true;
        batch.Changes.Executions.Add(row);
        if (batch.Tells(EventKind.ExecutionAborted))
        {
            var told = ExecutionChanges.Aborted(Execution, closure.AbortMetadata, previous, batch.Now);
            batch.Tell(this, row, EventKind.ExecutionAborted, Change.Aborted, told);
        }
        return null;
    }
}
