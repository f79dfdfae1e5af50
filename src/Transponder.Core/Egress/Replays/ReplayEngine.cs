using Microsoft.Extensions.Logging;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Replays;

/// <summary>
/// Sends stretches of the log to sinks again, beside what they are sent anyway: one replay of a sink at a time, in the order of the log, no faster
/// than its rate. A replay outlives its process; whoever takes it over repeats what was not stored yet.
/// </summary>
public sealed partial class ReplayEngine : IAsyncDisposable
{
    private readonly ReplayEnvironment environment;
    private readonly Dictionary<string, Running> running = [];
    private readonly CancellationTokenSource ending = new();
    private IReadOnlyDictionary<string, SinkRoute> routes;
    private Task looking = Task.CompletedTask;

    /// <summary>Makes an engine that does not run yet.</summary>
    /// <param name="environment">What it works with.</param>
    /// <param name="routes">The sinks, with formats that mark what is replayed.</param>
    public ReplayEngine(ReplayEnvironment environment, IReadOnlyList<SinkRoute> routes)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(routes);
        this.environment = environment;
        this.routes = routes.ToDictionary(route => route.Name);
    }

    /// <summary>Begins to look for replays.</summary>
    public void Start() => looking = Task.Run(RunAsync);

    /// <summary>Goes on with other sinks: a replay to one that changed begins again where it was stored last, on what replaced it.</summary>
    /// <param name="next">The sinks.</param>
    public void Use(IReadOnlyList<SinkRoute> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Volatile.Write(ref routes, next.ToDictionary(route => route.Name));
    }

    /// <summary>Ends what is under way, and gives the replays back.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await looking.ConfigureAwait(false);
        await Task.WhenAll(running.Values.Select(one => one.DisposeAsync().AsTask())).ConfigureAwait(false);
        try
        {
            await environment.Replays.ReleaseAsync(environment.Owner, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            LogStoreFailed(environment.Log, error.Message);
        }
        ending.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(environment.Interval, environment.Time);
        try
        {
            do await LookAsync().ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(ending.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // It has been stopped.
        }
    }

    private async Task LookAsync()
    {
        var known = Volatile.Read(ref routes);
        try
        {
            IReadOnlyList<ReplayLease> leases =
                known.Count == 0
                    ? []
                    : await environment
                        .Replays.LeaseAsync(environment.Owner, [.. known.Keys], environment.LeaseDuration, ending.Token)
                        .ConfigureAwait(false);
            await EndOthersAsync(leases, known).ConfigureAwait(false);
            foreach (var lease in leases.Where(lease => !running.ContainsKey(lease.Replay.Sink)))
                running.Add(lease.Replay.Sink, new Running(lease, known[lease.Replay.Sink], environment));
        }
        catch (StoreException error)
        {
            LogStoreFailed(environment.Log, error.Message);
        }
    }

    // What was cancelled, has ended, belongs to another, or goes to a sink that changed.
    private async Task EndOthersAsync(IReadOnlyList<ReplayLease> leases, IReadOnlyDictionary<string, SinkRoute> known)
    {
        foreach (var (sink, one) in running.ToList())
        {
            var lease = leases.FirstOrDefault(lease => lease.Replay.Sink == sink);
            if (!one.HasEnded && one.Is(lease) && ReferenceEquals(one.Route, known.GetValueOrDefault(sink)))
                continue;
            await one.DisposeAsync().ConfigureAwait(false);
            running.Remove(sink);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store failed while replays were looked for: {Detail}")]
    private static partial void LogStoreFailed(ILogger logger, string detail);

    /// <summary>One replay under way.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly ReplayLease lease;
        private readonly CancellationTokenSource ending = new();
        private readonly Task task;

        public Running(ReplayLease lease, SinkRoute route, ReplayEnvironment environment)
        {
            (this.lease, Route) = (lease, route);
            task = Task.Run(() => new ReplayRun(lease, route, environment).RunAsync(ending.Token));
        }

        public SinkRoute Route { get; }

        public bool HasEnded => task.IsCompleted;

        public bool Is(ReplayLease? other) => other?.Fence == lease.Fence && other.Replay.ReplayId == lease.Replay.ReplayId;

        public async ValueTask DisposeAsync()
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ending.Dispose();
        }
    }
}
