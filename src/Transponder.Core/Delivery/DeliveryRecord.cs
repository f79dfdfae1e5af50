using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>A delivery to be stored with the event that caused it: one message to one address.</summary>
public sealed record NewDelivery
{
    /// <summary>The notification of a delivery that ends an incident without anyone's having subscribed to the success.</summary>
    public const int Unasked = -1;

    /// <summary>The notification of a delivery that a task asked for.</summary>
    public const int FromTask = -2;

    /// <summary>Deterministic from execution, phase, notification and address, so that the same cause never makes two.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The event that caused it, in the same batch.</summary>
    public required EventRecord Event { get; init; }

    /// <summary>The index of the notification in the execution's frozen list, from 0; <see cref="Unasked"/> when none asked for it.</summary>
    public required int Notification { get; init; }

    /// <summary>The channel's name: <c>email</c>, or a key under <c>channels</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>The target within the channel; null when the channel itself is the target.</summary>
    public required string? Target { get; init; }

    /// <summary>The address as the launch plan wrote it, before <c>recipients</c> mapped it.</summary>
    public required string Address { get; init; }

    /// <summary>What is limited, broken and parked together: the channel's name, with its target where the provider limits per target.</summary>
    public required string Destination { get; init; }

    /// <summary>What must be sent in order within the destination: each waits until the one before it is delivered or dead; null = nothing.</summary>
    public string? Lane { get; init; }

    /// <summary>The incident that it opens or ends; null for channels that track none.</summary>
    public Incident? Incident { get; init; }

    /// <summary>The execution that opened the incident, by the store's number; null when there is no incident that others share.</summary>
    public long? IncidentOpener { get; init; }

    /// <summary><see cref="DeliveryState.Pending"/>, or <see cref="DeliveryState.Suppressed"/>.</summary>
    public DeliveryState State { get; init; } = DeliveryState.Pending;

    /// <summary>Why it is suppressed; <see cref="DeliveryReason.Ok"/> when it is not.</summary>
    public DeliveryReason Reason { get; init; } = DeliveryReason.Ok;

    /// <summary>When it came to be.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The claim that it is to be stored with; null = it waits to be claimed.</summary>
    public EarlyClaim? Claim { get; set; }
}

/// <summary>Where a delivery stands. The numbers are stored; <see cref="Parked"/> is derived from the destination and never stored.</summary>
public enum DeliveryState
{
    /// <summary>Waiting for its first attempt.</summary>
    Pending = 1,

    /// <summary>On a broker, to be taken by a processor.</summary>
    Queued = 2,

    /// <summary>An attempt is under way.</summary>
    Sending = 3,

    /// <summary>An attempt failed; the next one has a time.</summary>
    Retrying = 4,

    /// <summary>Its destination is parked.</summary>
    Parked = 5,

    /// <summary>The provider accepted it.</summary>
    Delivered = 6,

    /// <summary>Given up; it can be replayed.</summary>
    Dead = 7,

    /// <summary>Never to be sent, by configuration.</summary>
    Suppressed = 8,
}

/// <summary>A delivery as people see it.</summary>
public sealed record DeliveryRecord
{
    /// <summary>The store's number; grows in commit order.</summary>
    public required long RowId { get; init; }

    /// <summary>The public id.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The execution.</summary>
    public required ExecutionKey Execution { get; init; }

    /// <summary>The phase that caused it.</summary>
    public required WorkflowPhase Phase { get; init; }

    /// <summary>The index of the notification in the execution's frozen list; <see cref="NewDelivery.Unasked"/> when none asked for it.</summary>
    public required int Notification { get; init; }

    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The target within the channel.</summary>
    public required string? Target { get; init; }

    /// <summary>The address as the launch plan wrote it.</summary>
    public required string Address { get; init; }

    /// <summary>The destination's key.</summary>
    public required string Destination { get; init; }

    /// <summary>Where it stands; <see cref="DeliveryState.Parked"/> when it waits for a parked destination.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Why, from the latest attempt or the parked destination.</summary>
    public required DeliveryReason Reason { get; init; }

    /// <summary>The subject; empty before the first attempt.</summary>
    public required string Subject { get; init; }

    /// <summary>When it came to be.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the next attempt is due; null when none is.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>True after someone asked for it to be sent again.</summary>
    public required bool Replayed { get; init; }

    /// <summary>The provider's id of the message; null when it gave none.</summary>
    public string? Receipt { get; init; }

    /// <summary>The receipt of the message that its thread began with; null when it is in none.</summary>
    public string? Thread { get; init; }

    /// <summary>The incident that it opens or ends; null when it has none.</summary>
    public Incident? Incident { get; init; }

    /// <summary>The execution that opened the incident; null when only this one can be meant, or it is not known any more.</summary>
    public ExecutionKey? IncidentOpener { get; init; }

    /// <summary>Which token or service account sent it for a task; null when it is the platform's own.</summary>
    public string? Sender { get; init; }

    /// <summary>True while an earlier message of its thread or incident keeps it waiting.</summary>
    public bool Held { get; init; }

    /// <summary>Every attempt, in order.</summary>
    public required IReadOnlyList<DeliveryAttempt> Attempts { get; init; }
}

/// <summary>One attempt.</summary>
/// <param name="Number">From 1, over replays too.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Latency">How long it took.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">The provider's answer in one line.</param>
public sealed record DeliveryAttempt(
    int Number,
    DateTimeOffset StartedAt,
    TimeSpan Latency,
    AttemptOutcome Outcome,
    DeliveryReason Reason,
    string Detail
);

/// <summary>How an attempt ended. The numbers are stored.</summary>
public enum AttemptOutcome
{
    /// <summary>Accepted.</summary>
    Delivered = 1,

    /// <summary>Failed, to be repeated.</summary>
    Retry = 2,

    /// <summary>Refused for good.</summary>
    Rejected = 3,

    /// <summary>The process ended before it was recorded; the message may have arrived.</summary>
    Interrupted = 4,
}

/// <summary>Which deliveries, newest first. Conditions that are null do not apply.</summary>
public sealed record DeliveryQuery
{
    /// <summary>Only executions of these projects; null = of all.</summary>
    public IReadOnlySet<string>? Projects { get; init; }

    /// <summary>The execution's project.</summary>
    public string? Project { get; init; }

    /// <summary>The execution's domain.</summary>
    public string? Domain { get; init; }

    /// <summary>The execution's name.</summary>
    public string? Name { get; init; }

    /// <summary>The state; <see cref="DeliveryState.Parked"/> works too.</summary>
    public DeliveryState? State { get; init; }

    /// <summary>The channel's name.</summary>
    public string? Channel { get; init; }

    /// <summary>Created at this moment or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Created before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only rows below this one: the last of the page before.</summary>
    public long? Before { get; init; }

    /// <summary>At most so many, above 0.</summary>
    public required int Limit { get; init; }
}
