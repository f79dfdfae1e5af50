using Transponder.Core.Delivery;
using Transponder.Core.Diagnostics;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// Sends the lanes of one sink that this process has: reads ahead of what is under way, and puts what may go now of all lanes together into calls.
/// Never two calls with the same execution are under way.
/// </summary>
internal sealed class SinkWorker : IAsyncDisposable
{
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RestAfterCancel = TimeSpan.FromSeconds(5);

    private readonly EgressEnvironment environment;
    private readonly Action<bool> progressed;
    private readonly Action idle;
    private readonly Lock gate = new();
    private readonly List<Lane> lanes = [];
    private readonly PriorityQueue<ExecutionChain, TimeSpan> sleeping = new();
    private readonly SinkHealth health;
    private readonly OutcomeJudge judge;
    private readonly LaneReader reader;
    private readonly CancellationTokenSource cutting = new();
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WakeSignal wake;
    private readonly long origin;
    private readonly Task running;
    private int calls;
    private int smallCalls;
    private int turn;
    private bool stopping;

    /// <summary>Starts.</summary>
    /// <param name="route">The sink.</param>
    /// <param name="environment">What it works with.</param>
    /// <param name="progressed">Called when there is something to save: true = soon, false = some time.</param>
    /// <param name="idle">Called when a lane can be given back.</param>
    public SinkWorker(SinkRoute route, EgressEnvironment environment, Action<bool> progressed, Action idle)
    {
        (Route, this.environment, this.progressed, this.idle) = (route, environment, progressed, idle);
        origin = environment.Time.GetTimestamp();
        wake = new WakeSignal(environment.Time);
        var times = new RetryTimes(environment.Options.Random);
        health = new SinkHealth(times, environment.Time.GetUtcNow());
        judge = new OutcomeJudge(route, environment, health, times);
        reader = new LaneReader(route, environment, gate, wake, cutting.Token);
        running = Task.Run(RunAsync);
    }

    public SinkRoute Route { get; }

    private SinkLimits Limits => Route.Sink.Limits;

    private TimeSpan Now => environment.Time.GetElapsedTime(origin);

    // A few calls that are not full may be under way; what comes meanwhile fills the next.
    private int MostSmallCalls => Math.Max(1, Limits.Concurrency / 4);

    /// <summary>Renews what is here already, loses what is not among the leases, and answers the leases that are new.</summary>
    public IReadOnlyList<LaneLease> Renew(IReadOnlyList<LaneLease> leases, long at)
    {
        var unknown = new List<LaneLease>();
        lock (gate)
        {
            if (stopping)
                return [];
            foreach (var lane in lanes.ToArray())
            {
                if (!leases.Any(lease => lease.Shard == lane.Shard && lease.Fence == lane.Lease.Fence))
                    Lose(lane);
            }
            foreach (var lease in leases)
            {
                if (lanes.Find(one => one.Shard == lease.Shard) is { } lane)
                    lane.Renew(lease, at);
                else
                    unknown.Add(lease);
            }
        }
        wake.Set();
        return unknown;
    }

    /// <summary>Begins with a lane.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="at">When it was asked for, by the monotonic clock.</param>
    /// <param name="held">What is held on it.</param>
    /// <param name="first">The position of the first event that is left.</param>
    public void Adopt(LaneLease lease, long at, IReadOnlyList<HeldExecution> held, long first)
    {
        lock (gate)
        {
            if (stopping)
                return;
            var lane = new Lane(lease, at);
            Skip(lane, first);
            var now = environment.Time.GetUtcNow();
            foreach (var one in held)
                sleeping.Enqueue(lane.Adopt(one), Now + (one.DueAt - now));
            lanes.Add(lane);
        }
        wake.Set();
    }

    /// <summary>Goes on above what retention has removed.</summary>
    /// <param name="first">The position of the first event that is left.</param>
    public void SkipRemoved(long first)
    {
        lock (gate)
        {
            foreach (var lane in lanes)
                Skip(lane, first);
        }
    }

    /// <summary>Takes what is to be stored of its lanes.</summary>
    public List<LaneProgress> Collect()
    {
        var progress = new List<LaneProgress>();
        lock (gate)
        {
            foreach (var lane in lanes)
            {
                if (!lane.IsLost && !lane.Changes.IsEmpty(lane.Cursor))
                    progress.Add(lane.Changes.Take(lane.Lease, lane.Cursor));
            }
        }
        return progress;
    }

    /// <summary>Says what became of it: stored but for the lanes that were lost, or not stored at all.</summary>
    public void Collected(IReadOnlyList<LaneProgress> progress, IReadOnlyList<LaneLease>? lost)
    {
        lock (gate)
        {
            foreach (var one in progress)
            {
                if (lanes.Find(lane => lane.Lease.Shard == one.Lease.Shard && lane.Lease.Fence == one.Lease.Fence) is not { } lane)
                    continue;
                if (lost is null)
                    lane.Changes.Return(one);
                else if (lost.Any(lease => lease.Sink == Route.Name && lease.Shard == lane.Shard))
                    Lose(lane);
                else
                    lane.Changes.Saved(one);
            }
        }
    }

    /// <summary>The lanes that another process should have and of which nothing is under way; they begin nothing any more.</summary>
    public List<LaneLease> TakeLeaving()
    {
        lock (gate)
        {
            var going = new List<LaneLease>();
            foreach (var lane in lanes)
            {
                if (!lane.IsLost && lane.Calls == 0 && !lane.IsReading && (lane.IsLeaving || lane.IsGoing))
                {
                    lane.IsGoing = true;
                    going.Add(lane.Lease);
                }
            }
            return going;
        }
    }

    /// <summary>Forgets lanes that were given back.</summary>
    public void Drop(IReadOnlyList<LaneLease> given)
    {
        lock (gate)
            lanes.RemoveAll(lane => given.Any(lease => lease.Shard == lane.Shard && lease.Fence == lane.Lease.Fence));
    }

    /// <summary>Begins nothing any more, and ends when nothing is under way; what is after the grace is cut off.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        lock (gate)
        {
            if (stopping)
                return;
            stopping = true;
            reader.IsStopping = true;
            CheckDrained();
        }
        try
        {
            await drained.Task.WaitAsync(grace, environment.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await CutOffAsync().ConfigureAwait(false);
        }
        await cutting.CancelAsync().ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await reader.EndAsync().ConfigureAwait(false);
        wake.Dispose();
    }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

    /// <summary>How the sink is, as far as this process knows.</summary>
    public (SinkState State, DateTimeOffset Since, string Error, int Lanes, int Held, long Cursor, DateTimeOffset? Oldest) Look()
    {
        lock (gate)
        {
            return (
                health.IsDown ? SinkState.Waiting : SinkState.Running,
                health.Since,
                health.Error,
                lanes.Count,
                lanes.Sum(lane => lane.Held),
                lanes.Count == 0 ? long.MaxValue : lanes.Min(lane => lane.Cursor),
                lanes.Min(lane => lane.Oldest)
            );
        }
    }

    /// <summary>The leases that it has.</summary>
    public List<LaneLease> Leases()
    {
        lock (gate)
            return lanes.ConvertAll(lane => lane.Lease);
    }

    // A log that nothing was removed from may begin anywhere.
    private void Skip(Lane lane, long first)
    {
        if (lane.ReadThrough == 0 || lane.ReadThrough + 1 >= first)
            return;
        environment.Metrics.Gap(Route.Name);
        EgressLog.Gap(environment.Log, Route.Name, lane.ReadThrough + 1, first - 1, lane.Shard);
        lane.SkipTo(first - 1);
    }

    private async Task CutOffAsync()
    {
        await cutting.CancelAsync().ConfigureAwait(false);
        try
        {
            await drained.Task.WaitAsync(RestAfterCancel, environment.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            EgressLog.Stuck(environment.Log, Route.Name);
        }
    }

    private async Task RunAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            TimeSpan rest;
            lock (gate)
                rest = Turn();
            await wake.WaitAsync(rest, ending.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Begins all that can begin now; answers how long nothing else can.</summary>
    private TimeSpan Turn()
    {
        if (stopping)
            return WakeSignal.Longest;
        var now = Now;
        WakeSleepers(now);
        if (reader.Begin(lanes, health.IsDown))
            progressed(false);
        BeginCalls(now);
        return Rest(now);
    }

    private void WakeSleepers(TimeSpan now)
    {
        while (sleeping.TryPeek(out var chain, out var due) && due <= now)
        {
            sleeping.Dequeue();
            if (chain.Lane.IsLost)
                continue;
            if (chain.Waiting.Count > 0)
                chain.Lane.SetDue(chain);
            else
                ReadHeld(chain);
        }
    }

    private void BeginCalls(TimeSpan now)
    {
        while (MayCall(now) && Cut() is { } call)
        {
            calls++;
            if (call.IsSmall)
                smallCalls++;
            _ = Task.Run(() => PublishAsync(call));
        }
    }

    private bool MayCall(TimeSpan now)
    {
        if (health.IsDown)
            return calls == 0 && now >= health.NextTry;
        return calls < Limits.Concurrency && (smallCalls < MostSmallCalls || IsEnoughForOne());
    }

    private bool IsEnoughForOne()
    {
        var (count, bytes) = (0, 0L);
        foreach (var lane in lanes)
        {
            count += lane.Ready;
            bytes += lane.ReadyBytes;
        }
        return count >= Limits.Records || bytes >= Limits.Bytes;
    }

    private PublishCall? Cut()
    {
        var call = new PublishCall(Limits) { IsProbe = health.IsDown };
        for (var i = 0; i < lanes.Count; i++)
        {
            var lane = lanes[(turn + i) % lanes.Count];
            if (lane.IsActive && IsLeaseSafe(lane) && !lane.Fill(call))
                break;
        }
        turn = lanes.Count == 0 ? 0 : (turn + 1) % lanes.Count;
        return call.Entries.Count == 0 ? null : call;
    }

    /// <summary>Whether the lease outlasts a call that begins now, by this machine's monotonic clock; a longer call relies on renewals.</summary>
    private bool IsLeaseSafe(Lane lane)
    {
        var options = environment.Options;
        var (longest, half) = (options.PublishTimeout + LeaseMargin, options.LeaseDuration / 2);
        return environment.Time.GetElapsedTime(lane.LeasedAt) + (longest < half ? longest : half) < options.LeaseDuration;
    }

    private async Task PublishAsync(PublishCall call)
    {
        var began = environment.Time.GetTimestamp();
        var span = EgressTrace.Begin(Route.Name, call);
        var results = await TryPublishAsync(call).ConfigureAwait(false);
        EgressTrace.End(span, results);
        lock (gate)
        {
            calls--;
            if (call.IsSmall)
                smallCalls--;
            var now = Now;
            var (later, unread) = judge.Settle(call, results, now, environment.Time.GetElapsedTime(began));
            foreach (var (chain, at) in later)
                sleeping.Enqueue(chain, at);
            foreach (var chain in unread)
                ReadHeld(chain);
            CheckDrained();
            if (call.Lanes.Any(lane => lane.IsLeaving && lane.Calls == 0))
                idle();
        }
        progressed(true);
        wake.Set();
    }

    private async Task<IReadOnlyList<PublishResult>> TryPublishAsync(PublishCall call)
    {
        var count = call.Entries.Count;
        using var patience = new CancellationTokenSource(environment.Options.PublishTimeout, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cutting.Token);
        try
        {
            var results = await Route.Sink.PublishAsync(call.Records(), either.Token).ConfigureAwait(false);
            return results.Count == count
                ? results
                : PublishResult.AllFailed(count, "a defect of the sink: it did not answer for every event");
        }
        catch (OperationCanceledException)
        {
            var why = patience.IsCancellationRequested ? $"no answer within {environment.Options.PublishTimeout}" : "cut off";
            return PublishResult.AllFailed(count, why);
        }
        catch (Exception error)
        {
            EgressLog.Unexpected(environment.Log, error, "a call", Route.Name, TimeSpan.FromSeconds(1));
            return PublishResult.AllFailed(count, $"a defect of the sink ({error.GetType().Name})");
        }
    }

    private void ReadHeld(ExecutionChain chain) =>
        _ = reader.ReadHeldAsync(
            chain,
            wait =>
            {
                if (wait is { } time)
                    sleeping.Enqueue(chain, Now + time);
                else
                    judge.GoOn(chain);
            }
        );

    private void Lose(Lane lane)
    {
        lane.IsLost = true;
        lanes.Remove(lane);
        environment.Metrics.LeaseLost(Route.Name);
        EgressLog.LeaseLost(environment.Log, lane.Shard, Route.Name);
    }

    private void CheckDrained()
    {
        if (stopping && calls == 0)
            drained.TrySetResult();
    }

    private TimeSpan Rest(TimeSpan now)
    {
        var rest = WakeSignal.Longest;
        if (sleeping.TryPeek(out _, out var due))
            rest = Shorter(rest, due - now);
        if (health.IsDown && calls == 0 && health.NextTry > now)
            rest = Shorter(rest, health.NextTry - now);
        if (reader.RetryIn is { } wait)
            rest = Shorter(rest, wait);
        return rest;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
