using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Notifiers;

namespace Transponder.Tests.Integrations.Stores;

/// <summary>Things to store, with every field set to something that can be told apart.</summary>
internal static class StoreSamples
{
    /// <summary>A moment with microseconds: what a store must keep.</summary>
    public static readonly DateTimeOffset Start = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(678901);

    /// <summary>The span that samples' events were recorded in.</summary>
    public const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static ExecutionKey Key(string name) => new("flytesnacks", "development", name);

    public static NewExecution Execution(string name = "f1", DateTimeOffset? createdAt = null, string user = "ann") =>
        new()
        {
            Key = Key(name),
            Spec = [1, 0, 2],
            Inputs = [],
            Closure = [3],
            Phase = WorkflowPhase.Queued,
            CreatedAt = createdAt ?? Start,
            LaunchPlan = new EntityKey("lp-project", "lp-domain", "lp-name", "lp-1"),
            LaunchEntity = "launch_plan",
            Workflow = new EntityKey("wf-project", "wf-domain", "wf-name", "wf-1"),
            User = user,
            Mode = 2,
            Source = NotificationSource.LaunchPlan,
        };

    public static EventRecord Event(ExecutionRow row, EventKind kind = EventKind.Node, int phase = 3) =>
        new()
        {
            Id = Guid.CreateVersion7(Start),
            ExecutionId = row.Id,
            Shard = row.Key.Shard,
            Kind = kind,
            Phase = phase,
            Sequence = ++row.LastSequence,
            OccurredAt = Start,
            ReceivedAt = Start.AddSeconds(1),
            Request = new byte[] { 0, 255, (byte)row.LastSequence },
            TraceParent = TraceParent,
        };

    public static Func<EventRecord, NewDelivery> Delivery(
        string id,
        string destination = "email",
        DeliveryState state = DeliveryState.Pending,
        DateTimeOffset? createdAt = null,
        int notification = 0,
        string channel = "email"
    ) =>
        cause => new NewDelivery
        {
            DeliveryId = id,
            Event = cause,
            Notification = notification,
            Channel = channel,
            Target = $"{id}@example.com",
            Address = $"address of {id}",
            Destination = destination,
            State = state,
            Reason = state == DeliveryState.Suppressed ? DeliveryReason.NotificationsOff : DeliveryReason.Ok,
            CreatedAt = createdAt ?? Start,
        };

    public static DeliveryOutcome Outcome(ClaimedDelivery claimed, DeliveryState state, DateTimeOffset? next = null) =>
        new(
            claimed.RowId,
            new DeliveryAttempt(
                claimed.Attempt,
                Start.AddSeconds(claimed.Attempt),
                TimeSpan.FromMilliseconds(12),
                state switch
                {
                    DeliveryState.Delivered => AttemptOutcome.Delivered,
                    DeliveryState.Retrying => AttemptOutcome.Retry,
                    _ => AttemptOutcome.Rejected,
                },
                state switch
                {
                    DeliveryState.Delivered => DeliveryReason.Ok,
                    DeliveryState.Retrying => DeliveryReason.Throttled,
                    _ => DeliveryReason.MessageRejected,
                },
                "what the provider said"
            ),
            state,
            next,
            claimed.Step + 1,
            "a subject",
            "receipt-1"
        );

    public static NodeRow Node(NodeKey key, NodePhase phase = NodePhase.Running, params byte[] body) =>
        new()
        {
            Key = key,
            Phase = phase,
            Body = body,
            IsNew = true,
        };

    public static TaskKey TaskKey(ExecutionKey execution, uint attempt = 0) =>
        new(new NodeKey(execution, "n0"), new EntityKey("t-project", "t-domain", "t-name", "t-1"), attempt);
}
