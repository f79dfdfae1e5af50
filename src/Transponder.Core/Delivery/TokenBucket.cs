namespace Transponder.Core.Delivery;

/// <summary>
/// A destination's rate. When the provider asks for fewer messages the rate is halved, and then grows back in even steps with each success.
/// Not thread-safe: its worker guards it.
/// </summary>
public sealed class TokenBucket
{
    private const double FirstThrottledRate = 10;
    private const double LowestRate = 0.05;
    private const double UnlimitedAgain = 200;

    private readonly TimeProvider time;
    private readonly double? configured;
    private readonly int burst;
    private double tokens;
    private DateTimeOffset filled;
    private DateTimeOffset pausedUntil = DateTimeOffset.MinValue;

    /// <summary>A full bucket.</summary>
    /// <param name="rate">Messages per second; null = no limit until the provider asks for one.</param>
    /// <param name="burst">How many may go at once.</param>
    /// <param name="time">The clock.</param>
    public TokenBucket(double? rate, int burst, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        this.burst = Math.Max(1, burst);
        configured = rate;
        Rate = rate;
        tokens = this.burst;
        filled = time.GetUtcNow();
    }

    /// <summary>The present rate in messages per second; null = no limit.</summary>
    public double? Rate { get; private set; }

    /// <summary>How many messages may go now.</summary>
    public int Available()
    {
        var now = time.GetUtcNow();
        if (now < pausedUntil)
            return 0;
        if (Rate is not { } rate)
            return int.MaxValue;
        tokens = Math.Min(burst, tokens + ((now - filled).TotalSeconds * rate));
        filled = now;
        return (int)(tokens + 1e-9);
    }

    /// <summary>Takes tokens for messages that will go.</summary>
    /// <param name="count">How many, at most what is available.</param>
    public void Take(int count)
    {
        if (Rate is not null)
            tokens -= count;
    }

    /// <summary>How long until the next message may go; zero when it may go now.</summary>
    public TimeSpan Wait()
    {
        if (Available() > 0)
            return TimeSpan.Zero;
        var now = time.GetUtcNow();
        var refill = Rate is { } rate ? TimeSpan.FromSeconds(Math.Max(0, 1 - tokens) / rate) : TimeSpan.Zero;
        var pause = pausedUntil - now;
        return refill > pause ? refill : pause;
    }

    /// <summary>The provider asked for fewer messages.</summary>
    /// <param name="after">How long it wants none at all; null = it did not say.</param>
    public void Throttled(TimeSpan? after)
    {
        Rate = Math.Max(LowestRate, Rate is { } rate ? rate / 2 : FirstThrottledRate);
        tokens = Math.Min(tokens, 0);
        filled = time.GetUtcNow();
        if (after is { } pause)
            pausedUntil = filled + (pause < RetrySchedule.LongestRetryAfter ? pause : RetrySchedule.LongestRetryAfter);
    }

    /// <summary>The provider accepted a message.</summary>
    public void Succeeded()
    {
        if (Rate is not { } rate || rate == configured)
            return;
        var target = configured ?? UnlimitedAgain;
        var next = rate + (target / 20);
        Rate = next >= target ? configured : next;
    }

    /// <summary>Takes over the rate that a former owner saved.</summary>
    /// <param name="rate">Its rate; null = the configured one.</param>
    public void Restore(double? rate)
    {
        if (rate is { } saved and > 0 && (configured is null || saved < configured))
            Rate = Math.Max(LowestRate, saved);
    }
}
