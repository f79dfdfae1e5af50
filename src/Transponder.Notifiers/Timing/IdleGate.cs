namespace Transponder.Notifiers.Timing;

/// <summary>
/// Decides from a session's idle times when to remind and when to end: the reminder comes once when the idle time first exceeds the threshold, and
/// again only after it has fallen back; the end when it exceeds the limit, and never without a reminder before it. Whoever looks too late to remind
/// in time still gives the whole warning.
/// </summary>
internal sealed class IdleGate
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan limit;
    private readonly TimeSpan warning;
    private readonly TimeSpan threshold;
    private bool reminded;
    private TimeSpan? lateEnd;

    public IdleGate(SessionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxIdle, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WarnBefore, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Poll, TimeSpan.Zero);
        limit = options.MaxIdle;
        warning = options.WarnBefore < limit ? options.WarnBefore : limit;
        threshold = limit - warning;
    }

    /// <summary>What follows from an idle time.</summary>
    public IdleVerdict Look(TimeSpan idle)
    {
        if (idle <= threshold)
        {
            reminded = false;
            lateEnd = null;
            return default;
        }

        TimeSpan? left = null;
        if (!reminded)
        {
            reminded = true;
            lateEnd = idle > limit ? idle + warning : null;
            left = (lateEnd ?? limit) - idle;
        }
        return new IdleVerdict(left, lateEnd is { } end ? idle >= end : idle > limit);
    }

    /// <summary>How long nobody needs to look again, if nothing happens: no threshold is passed unseen.</summary>
    public TimeSpan Pause(TimeSpan idle, TimeSpan poll)
    {
        var until = (idle <= threshold ? threshold : lateEnd ?? limit) - idle + Grain;
        var pause = until < poll ? until : poll;
        return pause > Grain ? pause : Grain;
    }
}

/// <summary>What an idle time means for a session.</summary>
/// <param name="Reminder">A reminder is due, and so much time is left; null = none is.</param>
/// <param name="IsOver">The session has ended.</param>
internal readonly record struct IdleVerdict(TimeSpan? Reminder, bool IsOver);
