using Transponder.Core.Delivery;
using Transponder.Core.Egress.Lanes;
using Transponder.Core.Store;

namespace Transponder.Core.Egress;

/// <summary>
/// Sends the event log to sinks: leases their lanes, and runs one worker for each sink, until it is stopped. Several processes share the lanes of one
/// store; each lane has one owner at a time.
/// </summary>
public sealed class EgressEngine : IAsyncDisposable
{
    private static readonly TimeSpan LongestLeaseRest = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim changes = new(1);
    private readonly SemaphoreSlim rounds = new(1);
    private readonly CancellationTokenSource stopping = new();
    private readonly WakeSignal wake;
    private readonly ProgressSaver saver;
    private EgressEnvironment environment;
    private volatile SinkWorker[] workers = [];
    private IReadOnlyList<SinkRoute> routes;
    private Task running = Task.CompletedTask;
    private bool mustRegister = true;
    private bool stopped;
    private long end;

    /// <summary>Makes an engine; <see cref="Start"/> sets it to work.</summary>
    /// <param name="environment">What it works with.</param>
    /// <param name="routes">The sinks, which stay the caller's.</param>
    public EgressEngine(EgressEnvironment environment, IReadOnlyList<SinkRoute> routes)
    {
        ArgumentNullException.ThrowIfNull(environment);
        (this.environment, this.routes) = (environment, routes);
        wake = new WakeSignal(environment.Time);
        saver = new ProgressSaver(environment, () => workers);
    }

    private EgressOptions Options => environment.Options;

    private TimeSpan LeaseRest => Options.LeaseDuration / 3 < LongestLeaseRest ? Options.LeaseDuration / 3 : LongestLeaseRest;

    /// <summary>Begins to send.</summary>
    public void Start()
    {
        environment.Metrics.Observe(Measure);
        workers = [.. routes.Select(Begin)];
        running = Task.Run(RunAsync);
    }

    /// <summary>
    /// Goes on with other sinks and options. A route that equals a former one is not touched. Ends when nothing is under way any more on the sinks
    /// that are gone or changed, so that those can be closed.
    /// </summary>
    /// <param name="next">The sinks from now on.</param>
    /// <param name="options">The options from now on, for sinks that are new or changed; the owner stays who it is.</param>
    public async Task ReloadAsync(IReadOnlyList<SinkRoute> next, EgressOptions options)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(options);
        await changes.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!stopped)
                await ChangeAsync(next, options).ConfigureAwait(false);
        }
        finally
        {
            changes.Release();
        }
        wake.Set();
    }

    /// <summary>Sends no more, lets the calls under way finish within the grace, saves the cursors and gives the lanes back.</summary>
    public async Task StopAsync()
    {
        await changes.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!stopped)
                await EndAsync().ConfigureAwait(false);
        }
        finally
        {
            changes.Release();
        }
    }

    /// <summary>How every sink is.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<IReadOnlyList<SinkStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        var stored = await environment.Lanes.ProgressAsync(cancellationToken).ConfigureAwait(false);
        var (_, last) = await environment.Events.BoundsAsync(cancellationToken).ConfigureAwait(false);
        var all = new List<SinkStatus>();
        foreach (var worker in workers)
        {
            var look = worker.Look();
            var progress = stored.FirstOrDefault(one => one.Sink == worker.Route.Name);
            var lag = Math.Max(0, last - (progress?.Position ?? last));
            all.Add(
                new SinkStatus(
                    worker.Route.Name,
                    worker.Route.Sink.Description,
                    look.State,
                    look.Since,
                    look.Error,
                    lag,
                    lag == 0 ? TimeSpan.Zero : await AgeAsync(last - lag, cancellationToken).ConfigureAwait(false),
                    progress?.Held ?? 0,
                    progress?.Quarantined ?? 0,
                    look.Lanes
                )
            );
        }
        return all;
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task ChangeAsync(IReadOnlyList<SinkRoute> next, EgressOptions options)
    {
        var former = workers.Where(worker => !next.Contains(worker.Route)).ToList();
        await Task.WhenAll(former.Select(worker => worker.StopAsync(Options.StopGrace))).ConfigureAwait(false);
        await saver.SaveAsync().ConfigureAwait(false);
        await rounds.WaitAsync().ConfigureAwait(false);
        try
        {
            environment = environment with { Options = options with { Owner = Options.Owner } };
            routes = next;
            await TryGiveBackAsync([.. former.Where(one => next.All(route => route.Name != one.Route.Name))]).ConfigureAwait(false);
            var kept = workers.Except(former).ToDictionary(worker => worker.Route);
            workers = [.. next.Select(route => kept.GetValueOrDefault(route) ?? Begin(route))];
            mustRegister = true;
            // What is being saved of the former workers must be in the store before others begin with their lanes.
            await saver.SaveAsync().ConfigureAwait(false);
        }
        finally
        {
            rounds.Release();
        }
    }

    private async Task EndAsync()
    {
        stopped = true;
        environment.Metrics.Observe(() => []);
        // The leases are renewed as long as calls are under way.
        await Task.WhenAll(workers.Select(worker => worker.StopAsync(Options.StopGrace))).ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        await rounds.WaitAsync().ConfigureAwait(false);
        await saver.StopAsync().ConfigureAwait(false);
        await saver.SaveAsync().ConfigureAwait(false);
        try
        {
            if (workers.Length > 0)
                await environment.Lanes.ReleaseAsync(Options.Owner, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            EgressLog.StoreFailed(environment.Log, "gave its lanes back", error.Message, Options.LeaseDuration);
        }
        saver.Dispose();
        wake.Dispose();
        stopping.Dispose();
    }

    private SinkWorker Begin(SinkRoute route) => new(route, environment, saver.Want, wake.Set);

    private async Task<TimeSpan> AgeAsync(long after, CancellationToken cancellationToken)
    {
        var next = await environment.Events.ReadAsync(after, null, 1, cancellationToken).ConfigureAwait(false);
        var age = next.Count == 0 ? TimeSpan.Zero : environment.Time.GetUtcNow() - next[0].ReceivedAt;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    private async Task RunAsync()
    {
        var backoff = new Backoff();
        var rest = TimeSpan.Zero;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await wake.WaitAsync(rest, stopping.Token).ConfigureAwait(false);
                rest = await RoundAsync().ConfigureAwait(false);
                backoff.Reset();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
            catch (StoreException error)
            {
                rest = backoff.Next();
                EgressLog.StoreFailed(environment.Log, "leased lanes", error.Message, rest);
            }
            catch (Exception error)
            {
                rest = backoff.Next();
                EgressLog.Unexpected(environment.Log, error, "leasing lanes", "*", rest);
            }
        }
    }

    /// <summary>One round of leasing; answers how long to rest.</summary>
    private async Task<TimeSpan> RoundAsync()
    {
        await rounds.WaitAsync(stopping.Token).ConfigureAwait(false);
        try
        {
            if (workers.Length == 0)
                return WakeSignal.Longest;
            if (mustRegister)
            {
                var wanted = routes.Select(route => new SinkRegistration(route.Name, route.FromStart)).ToList();
                await environment.Lanes.RegisterAsync(wanted, stopping.Token).ConfigureAwait(false);
                mustRegister = false;
            }
            await LeaseAsync().ConfigureAwait(false);
            foreach (var worker in workers)
                await GiveBackAsync(worker).ConfigureAwait(false);
            return LeaseRest;
        }
        finally
        {
            rounds.Release();
        }
    }

    private async Task LeaseAsync()
    {
        var began = environment.Time.GetTimestamp();
        var names = workers.Select(worker => worker.Route.Name).ToList();
        var leases = await environment.Lanes.LeaseAsync(Options.Owner, names, Options.LeaseDuration, stopping.Token).ConfigureAwait(false);
        var (first, last) = await environment.Events.BoundsAsync(stopping.Token).ConfigureAwait(false);
        Volatile.Write(ref end, last);
        var bySink = leases.ToLookup(lease => lease.Sink);
        foreach (var worker in workers)
        {
            var own = bySink[worker.Route.Name].ToList();
            foreach (var lease in worker.Renew(own, began))
            {
                var held = await environment.Lanes.HeldAsync(lease.Sink, lease.Shard, stopping.Token).ConfigureAwait(false);
                worker.Adopt(lease, began, held, first);
            }
            worker.SkipRemoved(first);
        }
    }

    /// <summary>Gives back what other processes should have.</summary>
    private async Task GiveBackAsync(SinkWorker worker)
    {
        var leaving = worker.TakeLeaving();
        if (leaving.Count == 0 || !await saver.SaveAsync().ConfigureAwait(false))
            return;
        await environment.Lanes.GiveBackAsync(leaving, stopping.Token).ConfigureAwait(false);
        worker.Drop(leaving);
    }

    private async Task TryGiveBackAsync(IReadOnlyList<SinkWorker> former)
    {
        try
        {
            var leases = former.SelectMany(worker => worker.Leases()).ToList();
            if (leases.Count > 0)
                await environment.Lanes.GiveBackAsync(leases, stopping.Token).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            EgressLog.StoreFailed(environment.Log, "gave back the lanes of sinks that are gone", error.Message, Options.LeaseDuration);
        }
    }

    private IEnumerable<Diagnostics.EgressMetrics.Reading> Measure()
    {
        var now = environment.Time.GetUtcNow();
        var last = Math.Max(environment.Feed.Tail, Volatile.Read(ref end));
        foreach (var worker in workers)
        {
            var look = worker.Look();
            yield return new(
                worker.Route.Name,
                look.Held,
                look.Lanes == 0 ? 0 : Math.Max(0, last - look.Cursor),
                look.Oldest is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0,
                look.State
            );
        }
    }
}
