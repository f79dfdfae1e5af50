namespace Transponder.Core.Delivery;

/// <summary>
/// How many deliveries are claimed and not sent yet: few for a slow destination, as each is in doubt when the process dies; more for one that sends
/// a claim within a tenth of a second, so that it need not wait for the store.
/// </summary>
internal sealed class ClaimAhead
{
    private const int Most = 512;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(100);

    private readonly int least;
    private readonly TimeProvider time;
    private long claimedAt;

    /// <param name="least">What it begins with.</param>
    /// <param name="time">The clock.</param>
    public ClaimAhead(int least, TimeProvider time)
    {
        (this.least, this.time, Limit) = (least, time, least);
        claimedAt = time.GetTimestamp();
    }

    /// <summary>How many may be under way.</summary>
    public int Limit { get; private set; }

    /// <summary>Learns from a claim.</summary>
    /// <param name="count">How many it gave.</param>
    /// <param name="limit">How many it asked for.</param>
    public void Claimed(int count, int limit)
    {
        var took = time.GetElapsedTime(claimedAt);
        claimedAt = time.GetTimestamp();
        if (count < limit)
            return;
        Limit = took < Quick ? Math.Max(least, Math.Min(2 * Limit, Most)) : Math.Max(least, Limit / 2);
    }
}
