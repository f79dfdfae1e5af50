using Flyteidl.Admin;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>Archives an execution, or brings it back. It goes the way of events, since events rewrite the same closure.</summary>
internal sealed class StateChange(ExecutionKey execution, ExecutionState state, string principal, DateTimeOffset receivedAt)
    : PendingEvent(execution, default, receivedAt)
{
    public override string Kind => "state_change";

    public override void AddKeys(BatchKeys keys)
    {
        base.AddKeys(keys);
        keys.WithClosure.Add(Execution);
    }

    public override RpcException? Decide(BatchDecision batch)
    {
        if (batch.Execution(Execution) is not { } row)
            return EventFailures.Missing("execution", Execution);

        var closure = ExecutionClosure.Parser.ParseFrom(row.Closure);
        closure.StateChangeDetails = new ExecutionStateChangeDetails
        {
            State = state,
            Principal = principal,
            OccurredAt = Timestamp.FromDateTimeOffset(batch.Now),
        };
        row.NewState = (int)state;
        row.Closure = closure.ToByteArray();
        row.IsClosureChanged = true;
        batch.Changes.Executions.Add(row);
        return null;
    }
}
