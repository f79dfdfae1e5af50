using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>
/// Keeps a destination that mostly fails from being asked again and again. While it is open nothing is sent and no attempt is used up; then one
/// probe decides. Not thread-safe: its worker guards it.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class CircuitBreaker(TimeProvider time)
{
    /// <summary>The first open time; it doubles with each failed probe.</summary>
    public static readonly TimeSpan FirstOpen = TimeSpan.FromSeconds(30);

    /// <summary>The longest open time.</summary>
    public static readonly TimeSpan LongestOpen = TimeSpan.FromMinutes(10);

    /// <summary>The longest open time when no connection can be made, so that a server's return is noticed within a minute.</summary>
    public static readonly TimeSpan LongestOpenUnconnected = TimeSpan.FromSeconds(45);

    private const int LeastRequests = 10;
    private const double FailingShare = 0.7;
    private const int Slots = 30;
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(10);

    private readonly (long Slot, int Requests, int Failures)[] window = new (long, int, int)[Slots];
    private TimeSpan openFor = FirstOpen;
    private bool probing;

    /// <summary>Whether it is closed, open or probing.</summary>
    public BreakerState State { get; private set; } = BreakerState.Closed;

    /// <summary>When it may be probed; null while it is closed.</summary>
    public DateTimeOffset? OpenUntil { get; private set; }

    /// <summary>How many messages may be sent now.</summary>
    public int Budget()
    {
        if (State == BreakerState.Open && time.GetUtcNow() >= OpenUntil)
            State = BreakerState.HalfOpen;
        return State switch
        {
            BreakerState.Closed => int.MaxValue,
            BreakerState.HalfOpen when !probing => 1,
            _ => 0,
        };
    }

    /// <summary>Notes that messages are about to be sent, and answers whether they are the probe.</summary>
    public bool Admit()
    {
        probing = State == BreakerState.HalfOpen;
        return probing;
    }

    /// <summary>Notes that an admitted probe was not sent after all.</summary>
    public void Withdraw() => probing = false;

    /// <summary>Notes an attempt's result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="probe">What <see cref="Admit"/> answered for it.</param>
    public void Record(DeliveryResult result, bool probe)
    {
        ArgumentNullException.ThrowIfNull(result);
        var failed = result is DeliveryResult.Retry && result.Reason != DeliveryReason.InternalError;
        if (probe)
        {
            probing = false;
            if (State != BreakerState.HalfOpen)
                return;
            if (failed)
                Open(openFor * 2, result.Reason);
            else
                Close();
        }
        else if (State == BreakerState.Closed)
        {
            Count(failed);
            if (failed && IsFailing())
                Open(FirstOpen, result.Reason);
        }
    }

    /// <summary>Takes over what a former owner saved.</summary>
    /// <param name="until">When it may be probed; null = closed.</param>
    /// <param name="duration">How long it was opened for.</param>
    public void Restore(DateTimeOffset? until, TimeSpan duration)
    {
        if (until is null)
            return;
        State = BreakerState.Open;
        openFor = Clamp(duration, FirstOpen, LongestOpen);
        OpenUntil = Earlier(until.Value, time.GetUtcNow() + LongestOpen);
    }

    /// <summary>How long it was opened for last.</summary>
    public TimeSpan OpenFor => openFor;

    private void Open(TimeSpan duration, DeliveryReason reason)
    {
        openFor = Clamp(duration, FirstOpen, reason == DeliveryReason.ConnectFailed ? LongestOpenUnconnected : LongestOpen);
        OpenUntil = time.GetUtcNow() + openFor;
        State = BreakerState.Open;
        Array.Clear(window);
    }

    private void Close()
    {
        State = BreakerState.Closed;
        OpenUntil = null;
        openFor = FirstOpen;
        Array.Clear(window);
    }

    private void Count(bool failed)
    {
        var slot = CurrentSlot();
        ref var entry = ref window[slot % Slots];
        if (entry.Slot != slot)
            entry = (slot, 0, 0);
        entry.Requests++;
        entry.Failures += failed ? 1 : 0;
    }

    private bool IsFailing()
    {
        var oldest = CurrentSlot() - Slots;
        var (requests, failures) = (0, 0);
        foreach (var entry in window)
        {
            if (entry.Slot <= oldest)
                continue;
            requests += entry.Requests;
            failures += entry.Failures;
        }
        return requests >= LeastRequests && failures >= requests * FailingShare;
    }

    private long CurrentSlot() => time.GetUtcNow().Ticks / Slot.Ticks;

    private static TimeSpan Clamp(TimeSpan value, TimeSpan low, TimeSpan high) =>
        value < low ? low
        : value > high ? high
        : value;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>A breaker's state.</summary>
public enum BreakerState
{
    /// <summary>Everything may be sent.</summary>
    Closed,

    /// <summary>Nothing may be sent.</summary>
    Open,

    /// <summary>One probe may be sent.</summary>
    HalfOpen,
}
