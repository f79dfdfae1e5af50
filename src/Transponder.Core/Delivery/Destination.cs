using Transponder.Core.Executions;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>The right to send to one destination, until it expires by the store's clock. The fence grows each time it changes hands.</summary>
public sealed record DestinationLease
{
    /// <summary>The store's number of the destination.</summary>
    public required long Id { get; init; }

    /// <summary>The destination's key, <see cref="NewDelivery.Destination"/>.</summary>
    public required string Destination { get; init; }

    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The fencing token: a claim or result under an older one changes nothing.</summary>
    public required long Fence { get; init; }

    /// <summary>Set while the destination is parked.</summary>
    public Parking? Parked { get; init; }

    /// <summary>What the last owner saved of its breaker; null when nothing.</summary>
    public string? Snapshot { get; init; }

    /// <summary>
    /// How many deliveries the former owner left in <see cref="DeliveryState.Sending"/>, now set to retry at once with an attempt
    /// <see cref="AttemptOutcome.Interrupted"/>; each may arrive twice. 0 for a renewed lease.
    /// </summary>
    public int Interrupted { get; init; }
}

/// <summary>A destination that has something to send.</summary>
/// <param name="Destination">The destination's key.</param>
/// <param name="Mine">True when the one who asks holds its lease.</param>
public sealed record DestinationWork(string Destination, bool Mine);

/// <summary>Why a destination is parked.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">The provider's answer in one line.</param>
public sealed record Parking(DateTimeOffset Since, DeliveryReason Reason, string Detail);

/// <summary>A delivery that its lease's owner has claimed, with all that rendering needs.</summary>
public sealed record ClaimedDelivery
{
    /// <summary>The store's number.</summary>
    public required long RowId { get; init; }

    /// <summary>The public id.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The target within the channel.</summary>
    public required string? Target { get; init; }

    /// <summary>The index of the notification in the execution's frozen list; <see cref="NewDelivery.Unasked"/> when none asked for it.</summary>
    public required int Notification { get; init; }

    /// <summary>What must be sent in order within the destination; null = nothing.</summary>
    public string? Lane { get; init; }

    /// <summary>The receipt of the first message that was delivered in its lane; null when none was, or gave none.</summary>
    public string? ThreadReceipt { get; init; }

    /// <summary>The incident that it opens or ends; null when it has none.</summary>
    public Incident? Incident { get; init; }

    /// <summary>The span of the event that caused it, as a <c>traceparent</c>; null when nobody recorded it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The number of the attempt that the claim is for, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>How many steps of its retry schedule are used up; a replay starts again at 0.</summary>
    public required int Step { get; init; }

    /// <summary>When the delivery came to be.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its present life began: creation, or the latest replay. Maximum age counts from here.</summary>
    public required DateTimeOffset ActiveSince { get; init; }

    /// <summary>True after someone asked for it to be sent again.</summary>
    public required bool Replay { get; init; }

    /// <summary>The execution.</summary>
    public required ExecutionKey Execution { get; init; }

    /// <summary>The serialised <c>flyteidl.admin.ExecutionSpec</c>.</summary>
    public required byte[] Spec { get; init; }

    /// <summary>The serialised <c>flyteidl.admin.ExecutionClosure</c>.</summary>
    public required byte[] Closure { get; init; }

    /// <summary>The cluster that reported last.</summary>
    public required string Cluster { get; init; }

    /// <summary>The event's request bytes (<c>flyteidl.admin.WorkflowExecutionEventRequest</c>); empty when no event caused it.</summary>
    public required byte[] Event { get; init; }

    /// <summary>What a task says, serialised as <c>transponder.v1.MessageContent</c>; null when an event caused the delivery.</summary>
    public byte[]? Content { get; init; }
}

/// <summary>What became of a claimed delivery.</summary>
/// <param name="RowId">The delivery's number.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="State">The state that follows: delivered, retrying or dead.</param>
/// <param name="NextAttemptAt">When the next attempt is due; set exactly for <see cref="DeliveryState.Retrying"/>.</param>
/// <param name="Step">How many steps of its retry schedule are used up now.</param>
/// <param name="Subject">The subject as rendered.</param>
/// <param name="Receipt">The provider's id of the message; null when it gave none.</param>
public sealed record DeliveryOutcome(
    long RowId,
    DeliveryAttempt Attempt,
    DeliveryState State,
    DateTimeOffset? NextAttemptAt,
    int Step,
    string Subject,
    string? Receipt
)
{
    /// <summary>When the attempt ended.</summary>
    public DateTimeOffset EndedAt => Attempt.StartedAt + Attempt.Latency;

    /// <summary>The lane whose next message may go when this one is delivered or dead; null = none.</summary>
    public string? Lane { get; init; }

    /// <summary>True when <see cref="Receipt"/> is the thread's that later messages of the lane go into, unless it has one already.</summary>
    public bool BeginsThread { get; init; }
}

/// <summary>How much waits for a destination.</summary>
/// <param name="Destination">The destination's key.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Waiting">Deliveries that are pending, retrying or sending.</param>
/// <param name="Oldest">When the oldest of them came to be; null when none waits.</param>
/// <param name="Parked">Set while it is parked.</param>
public sealed record DestinationBacklog(string Destination, string Channel, long Waiting, DateTimeOffset? Oldest, Parking? Parked);
