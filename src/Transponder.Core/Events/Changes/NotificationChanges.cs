using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.V1;

namespace Transponder.Core.Events.Changes;

/// <summary>What the log keeps of notifications that ended.</summary>
public static class NotificationChanges
{
    /// <summary>Whether an attempt was a delivery's last.</summary>
    /// <param name="outcome">What became of it.</param>
    public static bool IsEnd(DeliveryOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return outcome.State is DeliveryState.Delivered or DeliveryState.Dead;
    }

    /// <summary>A delivery ended. It is its execution's, but has no place in the order of the execution's events.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="outcome">How it ended.</param>
    public static EventRecord Ended(EndedDelivery delivery, DeliveryOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(outcome);
        var isDelivered = outcome.State == DeliveryState.Delivered;
        var told = new NotificationEnded
        {
            Execution = delivery.Execution.ToIdentifier(),
            DeliveryId = delivery.DeliveryId,
            Phase = delivery.Phase,
            Channel = delivery.Channel,
            Address = AddressMask.Of(delivery.Address),
            State = isDelivered ? NotificationEnded.Types.State.Delivered : NotificationEnded.Types.State.Dead,
            Reason = ReasonName.Of(outcome.Attempt.Reason),
            Attempts = (uint)outcome.Attempt.Number,
            EndedAt = Timestamp.FromDateTimeOffset(outcome.EndedAt),
        };
        return new EventRecord
        {
            Id = Guid.CreateVersion7(outcome.EndedAt),
            ExecutionId = delivery.ExecutionId,
            Shard = delivery.Execution.Shard,
            Kind = EventKind.Notification,
            Phase = (int)(isDelivered ? Change.Delivered : Change.Dead),
            Sequence = 0,
            OccurredAt = outcome.EndedAt,
            ReceivedAt = outcome.EndedAt,
            Request = told.ToByteArray(),
        };
    }
}

/// <summary>A delivery as the store knows it, for the entry of its end.</summary>
/// <param name="RowId">The store's number.</param>
/// <param name="DeliveryId">The public id.</param>
/// <param name="ExecutionId">The store's number of the execution.</param>
/// <param name="Execution">The execution.</param>
/// <param name="Phase">The phase that caused it.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Address">The address as the launch plan wrote it.</param>
public sealed record EndedDelivery(
    long RowId,
    string DeliveryId,
    long ExecutionId,
    ExecutionKey Execution,
    WorkflowPhase Phase,
    string Channel,
    string Address
);
