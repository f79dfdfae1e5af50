namespace Transponder.Core.Delivery;

/// <summary>When the next retry of a destination is due, as far as it was recorded here. Thread-safe.</summary>
internal sealed class NextDue(TimeProvider time)
{
    private long due = long.MaxValue;

    /// <summary>How long until then.</summary>
    public TimeSpan Rest =>
        Volatile.Read(ref due) is var next && next == long.MaxValue
            ? WakeSignal.Longest
            : TimeSpan.FromTicks(Math.Max(0, next - time.GetUtcNow().Ticks));

    /// <summary>A retry was recorded.</summary>
    public void Expect(DateTimeOffset moment)
    {
        long known;
        do
        {
            known = Volatile.Read(ref due);
            if (known <= moment.UtcTicks)
                return;
        } while (Interlocked.CompareExchange(ref due, moment.UtcTicks, known) != known);
    }

    /// <summary>Whatever is due by then is being looked for.</summary>
    public void Forget(DateTimeOffset now)
    {
        var known = Volatile.Read(ref due);
        if (known <= now.UtcTicks)
            Interlocked.CompareExchange(ref due, long.MaxValue, known);
    }
}
