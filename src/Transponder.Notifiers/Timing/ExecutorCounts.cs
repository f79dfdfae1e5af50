namespace Transponder.Notifiers.Timing;

/// <summary>How many messages of an executor's jobs arrived and how many did not.</summary>
internal sealed class ExecutorCounts
{
    private long delivered;
    private long undelivered;

    public long Delivered => Interlocked.Read(ref delivered);

    public long Undelivered => Interlocked.Read(ref undelivered);

    public void AddDelivered() => Interlocked.Increment(ref delivered);

    public void AddUndelivered() => Interlocked.Increment(ref undelivered);
}
