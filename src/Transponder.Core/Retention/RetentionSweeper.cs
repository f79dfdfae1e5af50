using Microsoft.Extensions.Logging;
using Transponder.Core.Diagnostics;
using Transponder.Core.Egress;
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
    private const int SharesOfGrace = 24;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private const int PausesPerStep = 9;
    private static readonly EgressOptions NoEgress = new();

    private readonly IRetentionStore store;
    private readonly TimeProvider time;
    private readonly ILogger<RetentionSweeper> logger;
    private readonly DiskWatch disk;
    private volatile RetentionOptions options;
    private volatile LogHold? hold;

    /// <summary>Makes a sweeper.</summary>
    /// <param name="store">What it sweeps.</param>
    /// <param name="options">How long things are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public RetentionSweeper(IRetentionStore store, RetentionOptions options, TimeProvider time, ILogger<RetentionSweeper> logger)
    {
        (this.store, this.options, this.time, this.logger) = (store, options, time, logger);
        disk = new DiskWatch(store, logger);
    }

    /// <summary>How long things are kept; a change holds from the next pass on.</summary>
    public RetentionOptions Options
    {
        get => options;
        set => options = value;
    }

    /// <summary>Whose cursors keep events; null = nobody's. A change holds from the next pass on.</summary>
    public LogHold? Hold
    {
        get => hold;
        set => hold = value;
    }

    /// <summary>Sweeps, and looks at the disk, again and again until cancelled.</summary>
    /// <param name="cancellationToken">Ends the loops between two steps.</param>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(RunSweepsAsync(cancellationToken), RunLooksAsync(cancellationToken));

    /// <summary>Removes all that may go now.</summary>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var (kept, now) = (options, time.GetUtcNow());
        var (deliveries, events, executions) = (0, 0, 0);
        if (kept.Deliveries is { } ofDeliveries)
            deliveries = (
                await WalkAsync("delivery", now - ofDeliveries, kept, store.RemoveDeliveriesAsync, cancellationToken).ConfigureAwait(false)
            ).Removed;
        if (kept.Events is { } ofEvents)
        {
            (events, var oldest) = await SweepEventsAsync(ofEvents, kept, now, cancellationToken).ConfigureAwait(false);
            // The log has no index by execution: those whose events are certainly gone may go too.
            if (kept.Executions is { } ofExecutions)
                executions = (
                    await WalkAsync(
                            "execution",
                            now - Longer(ofExecutions, oldest + Grace(oldest) + ClockMargin),
                            kept,
                            store.RemoveExecutionsAsync,
                            cancellationToken
                        )
                        .ConfigureAwait(false)
                ).Removed;
        }
        await SweepQuarantineAsync(kept, now, cancellationToken).ConfigureAwait(false);
        if (deliveries + events + executions > 0)
            LogRemoved(logger, deliveries, events, executions, time.GetUtcNow() - now);
    }

    private async Task SweepQuarantineAsync(RetentionOptions kept, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (kept.Quarantine is null && kept.QuarantineBytes is null)
            return;
        var before = kept.Quarantine is { } age ? now - age : DateTimeOffset.UnixEpoch;
        var gone = await WalkAsync(
                "quarantined",
                before,
                kept,
                (step, cancel) => store.RemoveQuarantinedAsync(step, kept.QuarantineBytes ?? long.MaxValue, cancel),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (gone.Removed > 0)
            LogQuarantine(logger, gone.Removed);
    }

    // Up to the slowest cursor what is old enough, and beyond it what no sink may hold back any longer.
    private async Task<(int Removed, TimeSpan Oldest)> SweepEventsAsync(
        TimeSpan age,
        RetentionOptions kept,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var held = hold;
        var slowest = held is null ? null : await held.SlowestAsync(cancellationToken).ConfigureAwait(false);
        if (held is null || slowest is not { } position)
            return ((await WalkEventsAsync(age, long.MaxValue).ConfigureAwait(false)).Removed, age);

        var sent = await WalkEventsAsync(age, position + 1).ConfigureAwait(false);
        if (sent.Reached < position)
            return (sent.Removed, age);
        var longest = await IsTooLargeAsync(held.Options, cancellationToken).ConfigureAwait(false)
            ? age
            : Longer(age, held.Options.Retention);
        var unsent = await WalkEventsAsync(longest, long.MaxValue).ConfigureAwait(false);
        foreach (var (sink, count) in unsent.Unsent.Where(one => held.Sinks.Contains(one.Key)))
        {
            RetentionMetrics.Unsent(sink, count);
            LogUnsent(logger, sink, count, longest);
        }
        return (sent.Removed + unsent.Removed, longest);

        Task<Walked> WalkEventsAsync(TimeSpan keep, long below) =>
            WalkAsync(
                "event",
                now - keep,
                kept,
                (step, cancel) => store.RemoveEventsAsync(step with { Grace = Grace(keep) }, below, cancel),
                cancellationToken
            );
    }

    // A month's events may stay for a day and a quarter more.
    private static TimeSpan Grace(TimeSpan age) => age / SharesOfGrace;

    private async Task<bool> IsTooLargeAsync(EgressOptions egress, CancellationToken cancellationToken) =>
        egress.MaxStoreBytes is { } most && (await store.MeasureAsync(cancellationToken).ConfigureAwait(false)).Bytes > most;

    private async Task<Walked> WalkAsync(
        string kind,
        DateTimeOffset before,
        RetentionOptions kept,
        Func<RetentionStep, CancellationToken, Task<RetentionResult>> removeAsync,
        CancellationToken cancellationToken
    )
    {
        var (total, unsent) = (0, new Dictionary<string, long>(StringComparer.Ordinal));
        for (var step = new RetentionStep(before, 0, kept.Batch); ; )
        {
            var began = time.GetTimestamp();
            var result = await removeAsync(step, cancellationToken).ConfigureAwait(false);
            RetentionMetrics.Removed(kind, result.Removed);
            total += result.Removed;
            foreach (var (sink, count) in result.Unsent)
                unsent[sink] = unsent.GetValueOrDefault(sink) + count;
            if (result.Done)
                return new Walked(total, result.Reached, unsent);
            step = step with { After = result.Reached };
            await Task.Delay(Pause(time.GetElapsedTime(began)), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunSweepsAsync(CancellationToken cancellationToken)
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

    private async Task RunLooksAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await disk.LookAsync(hold?.Options ?? NoEgress, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException error)
            {
                LogNotMeasured(logger, error.Message);
            }
            await Task.Delay(LookInterval, time, cancellationToken).ConfigureAwait(false);
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

    [LoggerMessage(
        3,
        LogLevel.Error,
        "Sink {Sink} has lost {Count} events: they were older than {Age} and are removed, though it had not got them (egress.retention, egress.maxStoreSize)"
    )]
    private static partial void LogUnsent(ILogger logger, string sink, long count, TimeSpan age);

    [LoggerMessage(4, LogLevel.Debug, "The store could not be measured: {Reason}")]
    private static partial void LogNotMeasured(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Information, "Retention removed {Count} messages that sinks had refused")]
    private static partial void LogQuarantine(ILogger logger, int count);

    private sealed record Walked(int Removed, long Reached, IReadOnlyDictionary<string, long> Unsent);
}
