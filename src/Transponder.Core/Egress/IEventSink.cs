namespace Transponder.Core.Egress;

/// <summary>
/// Where events go: one topic, subject or endpoint of one system. Makes one attempt and reports; retries, order between calls and quarantine live
/// outside. Does not connect before the first attempt, so that a system that is down stops nobody from starting. Thread-safe: several calls may be
/// under way, never two with records of the same ordering key.
/// </summary>
public interface IEventSink : IAsyncDisposable
{
    /// <summary>What and where, for people; without secrets.</summary>
    string Description { get; }

    /// <summary>What it takes at once.</summary>
    SinkLimits Limits { get; }

    /// <summary>
    /// Sends records and answers what became of each, in the same order, when all are known. Within one ordering key it keeps their order, and once
    /// one is not confirmed it sends no later one of that key in this call: those are <see cref="PublishOutcome.Failed"/>. It throws nothing but
    /// <see cref="OperationCanceledException"/>; what the peer or the network does is a result.
    /// </summary>
    /// <param name="records">What to send, within <see cref="Limits"/>.</param>
    /// <param name="cancellationToken">Ends the attempt; what was under way may have arrived.</param>
    Task<IReadOnlyList<PublishResult>> PublishAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken);
}

/// <summary>What a sink takes at once.</summary>
public sealed record SinkLimits
{
    /// <summary>Records of one call at most.</summary>
    public int Records { get; init; } = 500;

    /// <summary>Bytes of one call's payloads at most, unless it is a single record.</summary>
    public int Bytes { get; init; } = 1024 * 1024;

    /// <summary>Calls under way at once, over all lanes.</summary>
    public int Concurrency { get; init; } = 16;
}

/// <summary>What became of one record.</summary>
/// <param name="Outcome">The class of the result.</param>
/// <param name="Detail">Why it was not confirmed, for people; without secrets and without the payload.</param>
/// <param name="RetryAfter">How long the peer asked to be left alone.</param>
public readonly record struct PublishResult(PublishOutcome Outcome, string Detail = "", TimeSpan? RetryAfter = null)
{
    /// <summary>The peer has it, durably as far as it promises that.</summary>
    public static PublishResult Confirmed { get; } = new(PublishOutcome.Confirmed);

    /// <summary>It was not sent because an earlier one of its key was not confirmed.</summary>
    public static PublishResult Behind { get; } = new(PublishOutcome.Failed, "an earlier event of the execution was not confirmed");

    /// <summary>The same failure for every record of a call.</summary>
    /// <param name="count">How many.</param>
    /// <param name="detail">Why, for people.</param>
    /// <param name="retryAfter">How long the peer asked to be left alone.</param>
    public static IReadOnlyList<PublishResult> AllFailed(int count, string detail, TimeSpan? retryAfter = null)
    {
        var results = new PublishResult[count];
        Array.Fill(results, new PublishResult(PublishOutcome.Failed, detail, retryAfter));
        return results;
    }
}

/// <summary>The classes of results.</summary>
public enum PublishOutcome
{
    /// <summary>Accepted by the peer.</summary>
    Confirmed,

    /// <summary>Refused for what this record is: too large, malformed. Sending the same again will be refused again; others may pass.</summary>
    Rejected,

    /// <summary>Anything else: connection, timeout, throttling, authentication, an unknown topic. Tried again without limit.</summary>
    Failed,
}
