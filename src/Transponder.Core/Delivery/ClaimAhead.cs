namespace Transponder.Core.Delivery;

/// <summary>
/// How many deliveries of a destination are claimed and not sent yet: few for a slow destination, as each is in doubt when the process dies; more
/// for one that sends each within a quarter of a second, so that it need not wait for the store. Thread-safe.
/// </summary>
internal sealed class ClaimAhead
{
    private const int Most = 2048;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(250);

    private readonly int least;
    private readonly TimeProvider time;
    private int limit;
    private int underWay;
    private volatile bool storeGoesFirst = true;

    /// <param name="least">How many there may be at first.</param>
    /// <param name="time">The clock.</param>
    public ClaimAhead(int least, TimeProvider time) => (this.least, this.time, limit) = (least, time, least);

    /// <summary>How many are claimed, or have room reserved, and are not sent.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    private int Limit => Volatile.Read(ref limit);

    /// <summary>How many may be claimed in the store; none while that would be few. From then on the store goes first.</summary>
    public int Free()
    {
        var free = Limit - UnderWay;
        if (free >= Limit / 2)
            return free;
        storeGoesFirst = true;
        return 0;
    }

    /// <summary>Notes what a claim in the store gave; less than it asked for, and nothing waits there any more.</summary>
    /// <param name="count">How many it gave.</param>
    /// <param name="asked">How many it asked for.</param>
    public void Claimed(int count, int asked)
    {
        Interlocked.Add(ref underWay, count);
        storeGoesFirst = count == asked;
    }

    /// <summary>Takes room for deliveries that are not stored yet, none while others wait in the store; answers for how many.</summary>
    /// <param name="count">How many there are.</param>
    public int Reserve(int count)
    {
        var room = storeGoesFirst ? 0 : Math.Clamp(Limit - UnderWay, 0, count);
        Interlocked.Add(ref underWay, room);
        if (room < count)
            storeGoesFirst = true;
        return room;
    }

    /// <summary>So many are not under way any more.</summary>
    /// <param name="count">How many.</param>
    public void Release(int count = 1) => Interlocked.Add(ref underWay, -count);

    /// <summary>Learns from a delivery that was sent.</summary>
    /// <param name="claimedAt">When it was claimed.</param>
    public void Sent(long claimedAt)
    {
        var now = Limit;
        if (time.GetElapsedTime(claimedAt) >= Quick)
            Interlocked.CompareExchange(ref limit, Math.Max(least, now - 1), now);
        else if (UnderWay >= now / 2)
            Interlocked.CompareExchange(ref limit, Math.Max(least, Math.Min(now + 1, Most)), now);
    }
}
