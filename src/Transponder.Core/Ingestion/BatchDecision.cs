using Flyteidl.Admin;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>
/// One pass of the state machine over a batch, in order of arrival: each event sees what those before it changed. Deciding again on fresh state
/// starts from nothing.
/// </summary>
internal sealed class BatchDecision(BatchState state, NotificationRouter router, TimeProvider time, ChangeInterest interest)
{
    public BatchState State { get; } = state;

    public BatchChanges Changes { get; } = new();

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public ExecutionRow? Execution(ExecutionKey key) => State.Executions.GetValueOrDefault(key);

    /// <summary>Whether anybody asks for changes of a kind.</summary>
    public bool Tells(EventKind kind) => interest.Includes(kind);

    /// <summary>Appends an accepted event to the log and counts it on its execution.</summary>
    public EventRecord Accept(PendingEvent pending, ExecutionRow execution, EventKind kind, int phase, DateTimeOffset occurredAt) =>
        Append(pending, execution, kind, phase, occurredAt, pending.Request);

    /// <summary>Appends a change to the log and counts it on its execution.</summary>
    public void Tell(PendingEvent pending, ExecutionRow execution, EventKind kind, Change change, ReadOnlyMemory<byte> told) =>
        Append(pending, execution, kind, (int)change, Now, told);

    /// <summary>Adds the deliveries that a terminal event causes.</summary>
    public void Notify(ExecutionRow execution, ExecutionClosure closure, EventRecord record) =>
        Changes.Deliveries.AddRange(
            router.Route(execution.Key, closure.Notifications, closure.Phase, record, new IncidentBook(State, Changes))
        );

    /// <summary>Decides all; the answers stand in the events' order.</summary>
    public RpcException?[] DecideAll(IReadOnlyList<PendingEvent> events)
    {
        var answers = new RpcException?[events.Count];
        Changes.MakeRoom(events.Count);
        for (var i = 0; i < events.Count; i++)
            answers[i] = events[i].Decide(this);
        return answers;
    }

    private EventRecord Append(
        PendingEvent pending,
        ExecutionRow execution,
        EventKind kind,
        int phase,
        DateTimeOffset occurredAt,
        ReadOnlyMemory<byte> request
    )
    {
        var record = new EventRecord
        {
            Id = Guid.CreateVersion7(Now),
            ExecutionId = execution.Id,
            Shard = execution.Key.Shard,
            Kind = kind,
            Phase = phase,
            Sequence = ++execution.LastSequence,
            OccurredAt = occurredAt,
            ReceivedAt = pending.ReceivedAt,
            Request = request,
            TraceParent = pending.TraceParent,
        };
        Changes.Events.Add(record);
        Changes.Executions.Add(execution);
        return record;
    }
}
