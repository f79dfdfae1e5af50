using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// Keeps a sink's lanes filled: those near the log's end together from the feed, those that are equally far behind together from the store, each other
/// by pages of its own. One page of a lane is read at a time, while calls are under way. Used under its worker's lock, which it takes itself for what
/// it read.
/// </summary>
internal sealed class LaneReader(SinkRoute route, EgressEnvironment environment, Lock gate, WakeSignal wake, CancellationToken cutting)
{
    private const int MostPages = 4;
    private const long MostBytes = 32 * 1024 * 1024;

    private readonly PageReader pages = new(route, environment);
    private readonly Backoff backoff = new();
    private readonly CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cutting);
    private readonly HashSet<Task> under = [];
    private readonly List<(Lane Lane, LogPage Page)> near = [];
    private readonly List<Lane> far = [];
    private int farPages;
    private bool isConvoyUnderWay;
    private bool isWaiting;
    private long retryAt;
    private bool mustWait;

    public bool IsStopping { get; set; }

    /// <summary>How long reading rests because the store failed.</summary>
    public TimeSpan? RetryIn => mustWait ? environment.Time.GetElapsedTime(environment.Time.GetTimestamp(), retryAt) : null;

    private int PageSize => Math.Max(500, route.Sink.Limits.Records);

    private int ConvoyPageSize => 2 * PageSize;

    private int MostOfConvoy => 4 * PageSize;

    /// <summary>Begins to read what lanes have room for; true when a cursor went on only because nothing of its lane was wanted.</summary>
    public bool Begin(OwnLanes lanes, bool isDown)
    {
        if (mustWait && environment.Time.GetTimestamp() < retryAt)
            return false;
        mustWait = false;
        var moved = false;
        near.Clear();
        far.Clear();
        long? end = null;
        var isFull = lanes.Sum(lane => lane.UnsentBytes) > MostBytes;
        foreach (var lane in lanes)
        {
            if (!lane.IsActive || lane.IsReading || lane.IsWindowFull || lane.Unsent >= PageSize)
                continue;
            // For a sink that is down no more is needed than something to probe it with that has not failed yet.
            if ((isDown && lane.HasFresh) || (isFull && lane.Unsent > 0))
                continue;
            if (!environment.Feed.TryRead(lane.ReadThrough, lane.Shard, PageSize, out var page))
            {
                far.Add(lane);
                continue;
            }
            if (page.Events.Count > 0)
            {
                near.Add((lane, page));
                continue;
            }
            moved |= page.Through > lane.ReadThrough;
            lane.SkipTo(page.Through);
            end = Math.Min(end ?? long.MaxValue, page.Through);
        }
        if (near.Count > 0)
            BeginNear([.. near]);
        if (far.Count > 1)
            far.Sort(static (a, b) => a.ReadThrough.CompareTo(b.ReadThrough));
        BeginFar(lanes);
        if (end is { } position)
            BeginWait(position);
        return moved;
    }

    /// <summary>Ends what is being read.</summary>
    public async Task EndAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        Task[] all;
        lock (gate)
            all = [.. under];
        await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void BeginFar(OwnLanes lanes)
    {
        var (first, count) = Convoy.Gather(far, ConvoyPageSize);
        if (count > 0 && !isConvoyUnderWay && lanes.Sum(lane => lane.Unsent) < MostOfConvoy)
            BeginConvoy(far.GetRange(first, count));
        for (var i = 0; i < far.Count; i++)
        {
            if (i < first || i >= first + count)
                BeginFar(far[i]);
        }
    }

    private void BeginConvoy(List<Lane> convoy)
    {
        isConvoyUnderWay = true;
        convoy.ForEach(lane => lane.IsReading = true);
        var from = convoy[0].ReadThrough;
        Begin(async () =>
        {
            try
            {
                var page = await environment.Feed.ReadAsync(from, null, ConvoyPageSize, ending.Token).ConfigureAwait(false);
                var byShard = Array.ConvertAll(new int[ExecutionKey.ShardCount], _ => new List<LoggedEvent>());
                foreach (var one in page.Events)
                    byShard[one.Execution.Shard].Add(one);
                var options = new ParallelOptions { MaxDegreeOfParallelism = MostPages, CancellationToken = ending.Token };
                await Parallel
                    .ForEachAsync(convoy, options, (lane, stop) => TakeAsync(lane, byShard[lane.Shard], page.Through, stop))
                    .ConfigureAwait(false);
            }
            finally
            {
                lock (gate)
                {
                    isConvoyUnderWay = false;
                    convoy.ForEach(lane => lane.IsReading = false);
                }
            }
        });
    }

    private async ValueTask TakeAsync(Lane lane, List<LoggedEvent> events, long through, CancellationToken stop)
    {
        // Nobody else moves it on while it is being read.
        var known = events.FindIndex(one => one.Position > lane.ReadThrough);
        if (known != 0)
            events.RemoveRange(0, known < 0 ? events.Count : known);
        var read = await pages.ReadAsync(events, stop).ConfigureAwait(false);
        lock (gate)
            Take(lane, read.Entries, read.Unreadable, through);
    }

    private void BeginFar(Lane lane)
    {
        if (farPages >= MostPages)
            return;
        farPages++;
        lane.IsReading = true;
        var (from, shard) = (lane.ReadThrough, lane.Shard);
        Begin(async () =>
        {
            try
            {
                var page = await environment.Feed.ReadAsync(from, shard, PageSize, ending.Token).ConfigureAwait(false);
                var read = await pages.ReadAsync(page.Events, ending.Token).ConfigureAwait(false);
                lock (gate)
                    Take(lane, read.Entries, read.Unreadable, page.Through);
            }
            finally
            {
                lock (gate)
                    (lane.IsReading, farPages) = (false, farPages - 1);
            }
        });
    }

    private void BeginNear(List<(Lane Lane, LogPage Page)> parts)
    {
        foreach (var (lane, _) in parts)
            lane.IsReading = true;
        Begin(async () =>
        {
            try
            {
                var events = parts.Count == 1 ? parts[0].Page.Events : [.. parts.SelectMany(part => part.Page.Events)];
                var read = await pages.ReadAsync(events, ending.Token).ConfigureAwait(false);
                lock (gate)
                    Divide(parts, read);
            }
            finally
            {
                lock (gate)
                    parts.ForEach(part => part.Lane.IsReading = false);
            }
        });
    }

    /// <summary>Gives each lane its part: the messages are in the order of the lanes, and each lane's in the order of the log.</summary>
    private void Divide(List<(Lane Lane, LogPage Page)> parts, PageReader.Formatted read)
    {
        var at = 0;
        foreach (var (lane, page) in parts)
        {
            var positions = page.Events;
            var next = 0;
            var from = at;
            while (at < read.Entries.Count)
            {
                while (next < positions.Count && positions[next].Position != read.Entries[at].Position)
                    next++;
                if (next == positions.Count)
                    break;
                at++;
            }
            var last = positions[^1].Position;
            var unreadable = read.Unreadable.FindAll(one => positions.Any(known => known.Position == one.Position && one.Position <= last));
            Take(lane, read.Entries.GetRange(from, at - from), unreadable, page.Through);
        }
    }

    private void Take(Lane lane, List<LaneEntry> entries, List<QuarantinedRecord> unreadable, long through)
    {
        backoff.Reset();
        if (lane.IsLost || lane.IsGoing)
            return;
        foreach (var one in unreadable)
        {
            lane.Changes.Quarantine(one);
            environment.Metrics.Quarantined(route.Name);
        }
        lane.Enqueue(entries, through);
    }

    private void BeginWait(long position)
    {
        if (isWaiting)
            return;
        isWaiting = true;
        Begin(async () =>
        {
            try
            {
                await environment.Feed.WaitAsync(position, ending.Token).ConfigureAwait(false);
            }
            finally
            {
                lock (gate)
                    isWaiting = false;
            }
        });
    }

    private void Begin(Func<Task> work)
    {
        var task = Task.Run(() => GuardAsync(work), CancellationToken.None);
        under.Add(task);
        _ = task.ContinueWith(
            ended =>
            {
                lock (gate)
                    under.Remove(ended);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) { }
        catch (ObjectDisposedException) when (IsStopping) { }
        catch (Exception error)
        {
            lock (gate)
                Rest(error);
        }
        wake.Set();
    }

    private void Rest(Exception error)
    {
        var wait = backoff.Next();
        mustWait = true;
        retryAt = environment.Time.GetTimestamp() + (long)(wait.TotalSeconds * environment.Time.TimestampFrequency);
        if (error is StoreException)
            EgressLog.StoreFailed(environment.Log, "read events", error.Message, wait);
        else
            EgressLog.Unexpected(environment.Log, error, "reading events", route.Name, wait);
    }
}
