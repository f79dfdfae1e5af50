using Transponder.Core.Events;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// Reads again what waits of held executions. One look through a shard, page by page from the lowest position, serves all that want it there, and
/// shards take turns: what many held executions cost is bounded by the log, not by their number. Used under its worker's lock, which it takes itself
/// for what it read.
/// </summary>
internal sealed class HeldReader(
    SinkRoute route,
    EgressEnvironment environment,
    Lock gate,
    Action<ExecutionChain, TimeSpan?> done,
    CancellationToken cutting
)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly PageReader pages = new(route, environment);
    private readonly Dictionary<Lane, List<ExecutionChain>> wanting = [];
    private readonly Queue<Lane> turns = new();
    private Task running = Task.CompletedTask;
    private bool isRunning;

    private int PageSize => Math.Max(500, route.Sink.Limits.Records);

    /// <summary>
    /// Looks for the next of an execution's events; then says that there are some or that it has caught up with its lane, or when to look again.
    /// </summary>
    public void Want(ExecutionChain chain)
    {
        if (wanting.TryGetValue(chain.Lane, out var others))
            others.Add(chain);
        else
        {
            wanting.Add(chain.Lane, [chain]);
            turns.Enqueue(chain.Lane);
        }
        if (isRunning)
            return;
        isRunning = true;
        running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Ends when nothing is being read any more, once that was cut off.</summary>
    public Task EndAsync()
    {
        lock (gate)
            return running;
    }

    private async Task RunAsync()
    {
        while (Next() is { } look)
        {
            try
            {
                var page = await environment.Feed.ReadAsync(look.From, look.Lane.Shard, PageSize, cutting).ConfigureAwait(false);
                var events = page.Events.Where(look.Wants).ToList();
                var found = await pages.ReadAsync(events, cutting).ConfigureAwait(false);
                lock (gate)
                    Take(look, found, page.Through);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error)
            {
                if (error is StoreException)
                    EgressLog.StoreFailed(environment.Log, "read held executions' events", error.Message, BetweenLooks);
                else
                    EgressLog.Unexpected(environment.Log, error, "reading held executions' events", route.Name, BetweenLooks);
                lock (gate)
                    PutOff(look);
            }
        }
    }

    private Look? Next()
    {
        lock (gate)
        {
            while (turns.TryDequeue(out var lane))
            {
                if (!lane.IsLost && wanting[lane] is { Count: > 0 } chains)
                {
                    turns.Enqueue(lane);
                    return new Look(lane, chains);
                }
                wanting.Remove(lane);
            }
            isRunning = false;
            return null;
        }
    }

    private void Take(Look look, PageReader.Formatted found, long through)
    {
        var lane = look.Lane;
        if (lane.IsLost)
            return;
        foreach (var one in found.Unreadable)
            lane.Changes.Quarantine(one);
        var entries = found.Entries.ToLookup(entry => entry.ExecutionId);
        foreach (var chain in look.Chains)
        {
            var before = chain.ScannedThrough;
            if (through < before && before < lane.ReadThrough)
                continue;
            lane.Rejoin(chain, entries[chain.ExecutionId], through);
            if (chain.Waiting.Count > 0 || chain.IsJoined)
                Answer(chain, null);
            else if (chain.ScannedThrough == before)
                Answer(chain, BetweenLooks);
        }
    }

    private void PutOff(Look look)
    {
        foreach (var chain in look.Chains)
            Answer(chain, BetweenLooks);
    }

    private void Answer(ExecutionChain chain, TimeSpan? wait)
    {
        wanting[chain.Lane].Remove(chain);
        if (!chain.Lane.IsLost)
            done(chain, wait);
    }

    /// <summary>Executions of one lane that are looked for together, and from where.</summary>
    private sealed class Look(Lane lane, List<ExecutionChain> wanting)
    {
        private readonly Dictionary<long, long> through = wanting.ToDictionary(chain => chain.ExecutionId, chain => chain.ScannedThrough);

        public Lane Lane => lane;

        public ExecutionChain[] Chains { get; } = [.. wanting];

        public long From { get; } = wanting.Min(chain => chain.ScannedThrough);

        public bool Wants(LoggedEvent told) => through.TryGetValue(told.ExecutionId, out var known) && told.Position > known;
    }
}
