using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Events;

/// <summary>
/// The end of the event log, read once for all that follow it: sinks and live subscriptions. New events are read when somebody waits for them, and
/// kept in memory for the others, as many as the limit of bytes permits; what lies further back is read from the store. Thread-safe.
/// </summary>
public sealed partial class LogFeed : IAsyncDisposable
{
    /// <summary>How many bytes of events are kept in memory, unless told otherwise.</summary>
    public const long DefaultBytes = 16 * 1024 * 1024;

    private const int PageSize = 1000;
    private const int FarBehind = 20_000;
    private const int Overhead = 400;

    // How often other processes' events are looked for, and how close together reads are at most.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly IEventStore events;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly long maxBytes;
    private readonly Lock gate = new();
    private readonly EventRing all = new();
    private readonly EventRing[] shards = new EventRing[ExecutionKey.ShardCount];
    private readonly List<Waiter> waiters = [];
    private readonly CancellationTokenSource ending = new();
    private readonly WakeSignal wake;
    private Task running = Task.CompletedTask;
    private bool started;
    private volatile bool begun;
    private long floor;
    private long tail;
    private long bytes;
    private int waiting;
    private int missed = 1;
    private volatile bool asleep;

    /// <summary>Makes a feed that does nothing until somebody waits.</summary>
    /// <param name="events">The log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it says that the store fails.</param>
    /// <param name="maxBytes">How many bytes of events it keeps.</param>
    public LogFeed(IEventStore events, TimeProvider time, ILogger? log = null, long maxBytes = DefaultBytes)
    {
        (this.events, this.time, this.maxBytes) = (events, time, maxBytes);
        this.log = log ?? NullLogger.Instance;
        wake = new WakeSignal(time);
        for (var i = 0; i < shards.Length; i++)
            shards[i] = new EventRing();
    }

    /// <summary>The last position that it has read; 0 before anybody waited.</summary>
    public long Tail => Volatile.Read(ref tail);

    /// <summary>Says that events were committed. Costs next to nothing, whoever listens.</summary>
    public void Wake()
    {
        Interlocked.Exchange(ref missed, 1);
        if (Volatile.Read(ref waiting) > 0)
            wake.Set();
    }

    /// <summary>The events after a position, from memory if they are there; never waits.</summary>
    /// <param name="after">The last position already seen.</param>
    /// <param name="shard">Only this shard; null = all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="page">The events.</param>
    public bool TryRead(long after, int? shard, int limit, out LogPage page)
    {
        lock (gate)
        {
            page = default;
            if (!begun || after < floor)
                return false;
            var found = (shard is { } one ? shards[one] : all).After(after, limit);
            page = new LogPage(found, found.Length == limit ? found[^1].Position : Math.Max(after, tail));
            return true;
        }
    }

    /// <summary>The events after a position, from memory or from the store.</summary>
    /// <param name="after">The last position already seen; 0 = from the start.</param>
    /// <param name="shard">Only this shard; null = all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public ValueTask<LogPage> ReadAsync(long after, int? shard, int limit, CancellationToken cancellationToken) =>
        TryRead(after, shard, limit, out var page) ? new(page) : new(ReadStoreAsync(after, shard, limit, cancellationToken));

    /// <summary>Ends when something has been committed above a position.</summary>
    /// <param name="after">The position.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(after);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(ending.IsCancellationRequested, this);
            if (begun && tail > after)
                return;
            waiters.Add(waiter);
            Interlocked.Increment(ref waiting);
            if (!started)
            {
                started = true;
                running = Task.Run(RunAsync, CancellationToken.None);
            }
        }
        if (asleep || Volatile.Read(ref missed) != 0)
            wake.Set();
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Source.TrySetCanceled(token),
            waiter
        );
        try
        {
            await waiter.Source.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                if (waiters.Remove(waiter))
                    Interlocked.Decrement(ref waiting);
            }
            throw;
        }
    }

    /// <summary>Reads no more; whoever waits is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        lock (gate)
        {
            foreach (var waiter in waiters)
                waiter.Source.TrySetCanceled(ending.Token);
            waiters.Clear();
        }
        wake.Dispose();
    }

    private async Task<LogPage> ReadStoreAsync(long after, int? shard, int limit, CancellationToken cancellationToken)
    {
        if (!begun)
            await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        // All at or below the end as it was before the read is in what the read finds.
        var known = Tail;
        var found = await events.ReadAsync(after, shard, limit, cancellationToken).ConfigureAwait(false);
        var last = found.Count > 0 ? found[^1].Position : after;
        return new LogPage(found, found.Count < limit ? Math.Max(last, known) : last);
    }

    private async Task RunAsync()
    {
        var backoff = new Backoff();
        var rest = TimeSpan.Zero;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await wake.WaitAsync(rest, ending.Token).ConfigureAwait(false);
                rest = await RoundAsync().ConfigureAwait(false);
                backoff.Reset();
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested) { }
            catch (StoreException error)
            {
                rest = backoff.Next();
                LogStoreFailed(log, error.Message, rest);
            }
            catch (Exception error)
            {
                rest = backoff.Next();
                LogUnexpected(log, error, rest);
            }
        }
    }

    /// <summary>Reads what is new, if anybody waits; answers how long to rest.</summary>
    private async Task<TimeSpan> RoundAsync()
    {
        if (Volatile.Read(ref waiting) == 0)
        {
            asleep = true;
            Interlocked.MemoryBarrier();
            // Somebody may have come before the flag was seen.
            return Volatile.Read(ref waiting) == 0 ? WakeSignal.Longest : TimeSpan.Zero;
        }
        if (!begun || asleep)
            await CatchUpAsync(ending.Token).ConfigureAwait(false);
        asleep = false;
        while (Volatile.Read(ref waiting) > 0)
        {
            Interlocked.Exchange(ref missed, 0);
            var page = await events.ReadAsync(tail, null, PageSize, ending.Token).ConfigureAwait(false);
            Append(page);
            if (page.Count < PageSize)
                break;
        }
        // What is committed meanwhile is read at once with the next.
        await Task.Delay(Pause, time, ending.Token).ConfigureAwait(false);
        return PollInterval;
    }

    /// <summary>Begins at the log's end, at first and whenever so much has passed that nobody near it is left.</summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var (_, last) = await events.BoundsAsync(cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            if (begun && last - tail <= FarBehind)
                return;
            all.Clear();
            foreach (var shard in shards)
                shard.Clear();
            (floor, bytes) = (last, 0);
            Volatile.Write(ref tail, last);
            begun = true;
            Release();
        }
    }

    private void Append(IReadOnlyList<LoggedEvent> page)
    {
        if (page.Count == 0)
            return;
        lock (gate)
        {
            // The end was set anew meanwhile.
            if (page[0].Position <= tail)
                return;
            foreach (var one in page)
            {
                all.Add(one);
                shards[one.Execution.Shard].Add(one);
                bytes += one.Request.Length + Overhead;
            }
            while (bytes > maxBytes && all.Count > 1)
            {
                var oldest = all.RemoveFirst();
                shards[oldest.Execution.Shard].RemoveFirst();
                bytes -= oldest.Request.Length + Overhead;
                floor = oldest.Position;
            }
            Volatile.Write(ref tail, page[^1].Position);
            Release();
        }
    }

    private void Release()
    {
        for (var i = waiters.Count - 1; i >= 0; i--)
        {
            if (waiters[i].After >= tail)
                continue;
            waiters[i].Source.TrySetResult();
            waiters.RemoveAt(i);
            Interlocked.Decrement(ref waiting);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The store failed while the log's end was read: {Detail}; it is read again in {Wait}"
    )]
    private static partial void LogStoreFailed(ILogger logger, string detail, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Error, Message = "A bug stopped reading the log's end; it is read again in {Wait}")]
    private static partial void LogUnexpected(ILogger logger, Exception error, TimeSpan wait);

    private sealed class Waiter(long after)
    {
        public long After => after;

        public TaskCompletionSource Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
