using Microsoft.Extensions.Logging;
using Transponder.Core.Diagnostics;
using Transponder.Core.Store;

namespace Transponder.Core.Retention;

/// <summary>
/// Removes what has been kept for long enough. Spends at most a tenth of the time on it, in short transactions, so that events never wait for long
/// behind it.
/// </summary>
public sealed partial class RetentionSweeper
{
    // Moments of receipt come from the clocks of several processes, and are not quite in the order of positions.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private const int PausesPerStep = 9;

    private readonly IRetentionStore store;
    private readonly TimeProvider time;
    private readonly ILogger<RetentionSweeper> logger;
    private volatile RetentionOptions options;

    /// <summary>Makes a sweeper.</summary>
    /// <param name="store">What it sweeps.</param>
    /// <param name="options">How long things are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public RetentionSweeper(IRetentionStore store, RetentionOptions options, TimeProvider time, ILogger<RetentionSweeper> logger)
    {
        (this.store, this.options, this.time, this.logger) = (store, options, time, logger);
    }

    /// <summary>How long things are kept; a change holds from the next pass on.</summary>
    public RetentionOptions Options
    {
        get => options;
        set => options = value;
    }

    /// <summary>Sweeps again and again until cancelled.</summary>
    /// <param name="cancellationToken">Ends the loop between two steps.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Options.Interval, time, cancellationToken).ConfigureAwait(false);
            try
            {
                await SweepAsync(cancellationToken).ConfigureAwait(false);
                RetentionMetrics.Passed(well: true);
            }
            catch (StoreException error)
            {
                RetentionMetrics.Passed(well: false);
                LogFailed(logger, error.Message);
            }
        }
    }

    /// <summary>Removes all that may go now.</summary>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var (kept, now) = (options, time.GetUtcNow());
        var (deliveries, events, executions) = (0, 0, 0);
        if (kept.Deliveries is { } ofDeliveries)
            deliveries = await WalkAsync("delivery", now - ofDeliveries, store.RemoveDeliveriesAsync).ConfigureAwait(false);
        if (kept.Events is { } ofEvents)
        {
            events = await WalkAsync("event", now - ofEvents, (step, cancel) => store.RemoveEventsAsync(step, long.MaxValue, cancel))
                .ConfigureAwait(false);
            // The log has no index by execution: those whose events are certainly gone may go too.
            if (kept.Executions is { } ofExecutions)
                executions = await WalkAsync("execution", now - Longer(ofExecutions, ofEvents + ClockMargin), store.RemoveExecutionsAsync)
                    .ConfigureAwait(false);
        }
        if (deliveries + events + executions > 0)
            LogRemoved(logger, deliveries, events, executions, time.GetUtcNow() - now);

        async Task<int> WalkAsync(
            string kind,
            DateTimeOffset before,
            Func<RetentionStep, CancellationToken, Task<RetentionResult>> removeAsync
        )
        {
            var total = 0;
            for (var step = new RetentionStep(before, 0, kept.Batch); ; )
            {
                var began = time.GetTimestamp();
                var result = await removeAsync(step, cancellationToken).ConfigureAwait(false);
                RetentionMetrics.Removed(kind, result.Removed);
                total += result.Removed;
                if (result.Done)
                    return total;
                step = step with { After = result.Reached };
                await Task.Delay(Pause(time.GetElapsedTime(began)), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TimeSpan Pause(TimeSpan worked)
    {
        var pause = worked * PausesPerStep;
        return pause < ShortestPause ? ShortestPause
            : pause > LongestPause ? LongestPause
            : pause;
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Retention removed {Deliveries} deliveries, {Events} events and {Executions} executions in {Elapsed}"
    )]
    private static partial void LogRemoved(ILogger logger, int deliveries, int events, int executions, TimeSpan elapsed);

    [LoggerMessage(2, LogLevel.Warning, "Retention was interrupted, and will try again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
