namespace Transponder.Notifiers;

/// <summary>
/// What one attempt came to. Exactly one of <see cref="Delivered"/>, <see cref="Retry"/> and <see cref="Rejected"/>; failure is a value, never
/// an exception.
/// </summary>
public abstract record DeliveryResult
{
    private DeliveryResult(DeliveryReason reason, string detail)
    {
        Reason = reason;
        Detail = detail;
    }

    /// <summary>Why, from a closed list: it is the metric label and picks the retry schedule.</summary>
    public DeliveryReason Reason { get; }

    /// <summary>The other side's answer in one line for people, free of secrets and at most 500 characters; empty when there is nothing to say.</summary>
    public string Detail { get; }

    /// <summary>The provider accepted the message.</summary>
    /// <param name="Receipt">The provider's own id for the message, if it gave one (an SMTP queue id, a Slack timestamp).</param>
    /// <param name="Detail">The provider's answer in one line.</param>
    public sealed record Delivered(string? Receipt = null, string Detail = "") : DeliveryResult(DeliveryReason.Ok, Detail);

    /// <summary>The attempt failed in a way that may pass.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">The failure in one line.</param>
    /// <param name="After">The earliest moment to try again that the provider asked for, as a delay; null = the schedule decides.</param>
    public sealed record Retry(DeliveryReason Reason, string Detail, TimeSpan? After = null) : DeliveryResult(Reason, Detail)
    {
        /// <summary>The delivery is given up after so many answered attempts: for an answer that nobody can place; null = the schedule decides.</summary>
        public int? AtMost { get; init; }
    }

    /// <summary>The attempt failed for good.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">The failure in one line.</param>
    /// <param name="Scope">What is at fault: this message, or the destination, which is then parked with all that waits for it.</param>
    public sealed record Rejected(DeliveryReason Reason, string Detail, RejectionScope Scope = RejectionScope.Message)
        : DeliveryResult(Reason, Detail);
}

/// <summary>What a rejection condemns.</summary>
public enum RejectionScope
{
    /// <summary>Only this message: it goes to the dead letters.</summary>
    Message,

    /// <summary>The destination: it is paused, and its messages wait until someone resumes it.</summary>
    Destination,
}
