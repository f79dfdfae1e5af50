namespace Transponder.Notifiers.Timing;

/// <summary>Decides when something is said, and what. A strategy itself holds no state, so one serves any number of jobs at once.</summary>
public abstract class Strategy
{
    /// <summary>Begins to watch one job.</summary>
    public abstract StrategyRun Begin();

    /// <summary>This strategy, held to a number of messages per time; those left out are counted in the next one.</summary>
    /// <param name="count">The most messages.</param>
    /// <param name="per">The time in which they may be sent.</param>
    public Strategy AtMost(int count, TimeSpan per) => new RateLimitStrategy(this, count, per);
}

/// <summary>
/// A strategy's view of one job. It is called by one thread at a time, does no work but deciding, and knows the time only from the moments it is
/// given: the same moments give the same notices.
/// </summary>
public abstract class StrategyRun
{
    /// <summary>When the strategy wants a <see cref="Moment.Passed"/>, counted from the job's begin; null = it waits for no time.</summary>
    public virtual TimeSpan? WakeAt => null;

    /// <summary>Says what to send at this moment.</summary>
    /// <param name="moment">What happened.</param>
    public abstract IEnumerable<Notice> On(Moment moment);
}
