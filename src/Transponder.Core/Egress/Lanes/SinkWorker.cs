using Transponder.Core.Delivery;
using Transponder.Core.Diagnostics;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>Sends the lanes of one sink that this process has: reads ahead of the calls that are under way, and settles what becomes of those.</summary>
internal sealed class SinkWorker : IAsyncDisposable
{
    private static readonly TimeSpan RestAfterCancel = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterDefect = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    private readonly EgressEnvironment environment;
    private readonly Action<bool> progressed;
    private readonly Action idle;
    private readonly Lock gate = new();
    private readonly OwnLanes lanes;
    private readonly PriorityQueue<ExecutionChain, TimeSpan> sleeping = new();
    private readonly SinkHealth health;
    private readonly OutcomeJudge judge;
    private readonly LaneReader reader;
    private readonly HeldReader heldReader;
    private readonly CallCutter cutter;
    private readonly CancellationTokenSource cutting = new();
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WakeSignal wake;
    private readonly long origin;
    private readonly Task running;
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
        lanes = new OwnLanes(route.Name, environment);
        var times = new RetryTimes(environment.Options.Random);
        health = new SinkHealth(times, environment.Time.GetUtcNow());
        judge = new OutcomeJudge(route, environment, health, times);
        cutter = new CallCutter(route, environment, lanes, health);
        reader = new LaneReader(route, environment, gate, wake, cutting.Token);
        heldReader = new HeldReader(route, environment, gate, GoOn, cutting.Token);
        running = Task.Run(RunAsync);
    }

    public SinkRoute Route { get; }

    private TimeSpan Now => environment.Time.GetElapsedTime(origin);

    /// <inheritdoc cref="OwnLanes.Renew"/>
    public IReadOnlyList<LaneLease> Renew(IReadOnlyList<LaneLease> leases, long at)
    {
        lock (gate)
        {
            if (stopping)
                return [];
            var unknown = lanes.Renew(leases, at);
            wake.Set();
            return unknown;
        }
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
            var lane = lanes.Add(lease, at, first);
            var now = environment.Time.GetUtcNow();
            foreach (var one in held)
                sleeping.Enqueue(lane.Adopt(one), Now + TimeSpan.FromTicks(Math.Clamp((one.DueAt - now).Ticks, 0, LongestRest.Ticks)));
        }
        wake.Set();
    }

    /// <inheritdoc cref="OwnLanes.SkipRemoved"/>
    public void SkipRemoved(long first)
    {
        lock (gate)
            lanes.SkipRemoved(first);
    }

    /// <inheritdoc cref="OwnLanes.Collect"/>
    public List<LaneProgress> Collect()
    {
        lock (gate)
            return lanes.Collect();
    }

    /// <inheritdoc cref="OwnLanes.Collected"/>
    public void Collected(IReadOnlyList<LaneProgress> progress, IReadOnlyList<LaneLease>? lost)
    {
        lock (gate)
            lanes.Collected(progress, lost);
    }

    /// <inheritdoc cref="OwnLanes.TakeLeaving"/>
    public List<LaneLease> TakeLeaving()
    {
        lock (gate)
            return lanes.TakeLeaving();
    }

    /// <inheritdoc cref="OwnLanes.Drop"/>
    public void Drop(IReadOnlyList<LaneLease> given)
    {
        lock (gate)
            lanes.Drop(given);
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
        await heldReader.EndAsync().ConfigureAwait(false);
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
                health.IsRefusing ? SinkState.Refusing
                : health.IsDown ? SinkState.Waiting
                : SinkState.Running,
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
            return lanes.Leases();
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
            var rest = AfterDefect;
            try
            {
                lock (gate)
                    rest = Turn();
            }
            catch (Exception error)
            {
                EgressLog.Unexpected(environment.Log, error, "sending", Route.Name, rest);
            }
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
                heldReader.Want(chain);
        }
    }

    private void BeginCalls(TimeSpan now)
    {
        while (cutter.Next(now) is { } call)
            _ = Task.Run(() => PublishAsync(call));
    }

    private async Task PublishAsync(PublishCall call)
    {
        var began = environment.Time.GetTimestamp();
        var span = EgressTrace.Begin(Route.Name, call);
        var results = await SinkAttempt.PublishAsync(Route, call, environment, cutting.Token).ConfigureAwait(false);
        EgressTrace.End(span, results);
        lock (gate)
        {
            cutter.Ended(call);
            var now = Now;
            var (later, unread) = judge.Settle(call, results, now, environment.Time.GetElapsedTime(began));
            foreach (var (chain, at) in later)
                sleeping.Enqueue(chain, at);
            foreach (var chain in unread)
                heldReader.Want(chain);
            CheckDrained();
            if (call.Lanes.Any(lane => lane.IsLeaving && lane.Calls == 0))
                idle();
        }
        progressed(true);
        wake.Set();
    }

    /// <summary>What the log had of a held execution is here, or is looked for again.</summary>
    private void GoOn(ExecutionChain chain, TimeSpan? wait)
    {
        if (wait is { } time)
            sleeping.Enqueue(chain, Now + time);
        else
            judge.GoOn(chain);
        wake.Set();
    }

    private void CheckDrained()
    {
        if (stopping && cutter.IsIdle)
            drained.TrySetResult();
    }

    private TimeSpan Rest(TimeSpan now)
    {
        var rest = WakeSignal.Longest;
        if (sleeping.TryPeek(out _, out var due))
            rest = Shorter(rest, due - now);
        if (health.IsDown && cutter.IsIdle && health.NextTry > now)
            rest = Shorter(rest, health.NextTry - now);
        if (reader.RetryIn is { } wait)
            rest = Shorter(rest, wait);
        return rest;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
