using Transponder.Core.Executions;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>A message of a task, to be stored with the deliveries that it becomes.</summary>
public sealed record TaskMessage
{
    /// <summary>The execution that speaks.</summary>
    public required ExecutionKey Execution { get; init; }

    /// <summary>The serialised <c>transponder.v1.MessageContent</c>.</summary>
    public required byte[] Content { get; init; }

    /// <summary>Who sent it, as the record shows; empty when nobody says.</summary>
    public required string Sender { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The span of the call that brought it, as a <c>traceparent</c>; null when nobody recorded it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>One for each target.</summary>
    public required IReadOnlyList<TaskDelivery> Deliveries { get; init; }
}

/// <summary>One target of a task's message.</summary>
/// <param name="DeliveryId">Deterministic from the sender, its id of the message and the target, so that a repetition makes no second one.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Target">The target within the channel; null when the channel itself is the target.</param>
/// <param name="Address">The address as the sender wrote it.</param>
/// <param name="Destination">What is limited, broken and parked together.</param>
public sealed record TaskDelivery(string DeliveryId, string Channel, string? Target, string Address, string Destination)
{
    /// <summary>What must be sent in order within the destination; null = nothing.</summary>
    public string? Lane { get; init; }

    /// <summary><see cref="DeliveryState.Pending"/>, or <see cref="DeliveryState.Suppressed"/>.</summary>
    public DeliveryState State { get; init; } = DeliveryState.Pending;

    /// <summary>Why it is suppressed; <see cref="DeliveryReason.Ok"/> when it is not.</summary>
    public DeliveryReason Reason { get; init; } = DeliveryReason.Ok;
}
