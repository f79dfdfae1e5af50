namespace Transponder.Notifiers.Timing;

/// <summary>One job's run: gives its moments to the strategies one at a time, wakes them when they want, and lets nothing follow the last moment.</summary>
internal sealed class JobRun : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly StrategyRun[] strategies;
    private readonly NoticePump pump;
    private readonly TimeProvider time;
    private readonly string job;
    private readonly long start;
    private readonly ITimer timer;
    private bool over;

    public JobRun(IEnumerable<Strategy> strategies, NoticePump pump, TimeProvider time, string job)
    {
        this.strategies = [.. strategies.Select(strategy => strategy.Begin())];
        this.pump = pump;
        this.time = time;
        this.job = job;
        start = time.GetTimestamp();
        timer = time.CreateTimer(_ => Happen(new Moment.Passed()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Happen(Moment moment)
    {
        lock (gate)
        {
            if (over)
                return;
            over = moment.IsLast;
            var now = moment with { Job = job, Elapsed = time.GetElapsedTime(start) };
            TimeSpan? wake = null;
            foreach (var strategy in strategies)
            {
                try
                {
                    foreach (var notice in strategy.On(now))
                        pump.Add(notice);
                    if (strategy.WakeAt is { } at && !(at >= wake))
                        wake = at;
                }
                catch (Exception defect)
                {
                    pump.Defect($"a strategy failed: {defect.GetType().Name}");
                }
            }
            if (wake is { } next && !over)
                timer.Change(
                    TimeSpan.FromTicks(Math.Clamp((next - now.Elapsed).Ticks, Shortest.Ticks, Longest.Ticks)),
                    Timeout.InfiniteTimeSpan
                );
        }
    }

    public void Say(Notice notice)
    {
        lock (gate)
        {
            if (!over)
                pump.Add(notice);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
            over = true;
        await timer.DisposeAsync().ConfigureAwait(false);
        await pump.DisposeAsync().ConfigureAwait(false);
    }
}
