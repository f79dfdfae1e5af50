using Transponder.Core.Diagnostics;
using Transponder.Core.Egress;
using Transponder.Core.Egress.Replays;
using Transponder.Core.Events;
using Transponder.Core.Store;
using Transponder.Server.Configuration;
using Transponder.Server.Services;

namespace Transponder.Server.Sinks;

/// <summary>The sinks of the configuration, and the engine that sends the log to them.</summary>
internal sealed class EventEgress : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly IStore store;
    private readonly TimeProvider time;
    private readonly ILoggerFactory logs;
    private readonly EgressMetrics metrics = new();
    private readonly EgressEngine engine;
    private readonly ReplayEngine replays;
    private IReadOnlyList<OpenSink> open;
    private Task retiring = Task.CompletedTask;

    public EventEgress(TransponderOptions options, IStore store, TimeProvider time, ILoggerFactory logs)
    {
        (this.store, this.time, this.logs) = (store, time, logs);
        Feed = new LogFeed(store.Events, time, logs.CreateLogger<LogFeed>());
        open = Open(options, []);
        store.Interest.Use(KindsOf(open));
        engine = new EgressEngine(
            new EgressEnvironment
            {
                Lanes = store.Lanes,
                Events = store.Events,
                Feed = Feed,
                Facts = new ExecutionFactsCache(store.Executions),
                Options = Egress(options),
                Metrics = metrics,
                Time = time,
                Log = logs.CreateLogger<EgressEngine>(),
            },
            Routes(open)
        );
        replays = new ReplayEngine(
            new ReplayEnvironment
            {
                Replays = store.Replays,
                Events = store.Events,
                Facts = new ExecutionFactsCache(store.Executions),
                ReadFilter = ReplayService.Read,
                Time = time,
                Log = logs.CreateLogger<ReplayEngine>(),
            },
            ReplayRoutes(open)
        );
    }

    /// <summary>The log's end, for all that follow it.</summary>
    public LogFeed Feed { get; }

    /// <summary>The sinks that run now.</summary>
    public IReadOnlyList<SinkOptions> Sinks => [.. Volatile.Read(ref open).Select(sink => sink.Options)];

    public void Start()
    {
        engine.Start();
        replays.Start();
    }

    /// <summary>Makes the cursors of new sinks, so that these begin with the next event. Throws <see cref="StoreException"/>.</summary>
    public Task RegisterAsync(CancellationToken cancellationToken) => RegisterAsync(Volatile.Read(ref open), cancellationToken);

    /// <summary>How every sink is.</summary>
    public Task<IReadOnlyList<SinkStatus>> StatusAsync(CancellationToken cancellationToken) => engine.StatusAsync(cancellationToken);

    /// <summary>Makes the sinks of another configuration; those that say the same as before are the same. Throws before anything has changed.</summary>
    public async Task<IReadOnlyList<OpenSink>> PrepareAsync(TransponderOptions options, CancellationToken cancellationToken)
    {
        var prepared = Open(options, Volatile.Read(ref open));
        try
        {
            await RegisterAsync(prepared, cancellationToken);
            return prepared;
        }
        catch
        {
            await DiscardAsync(prepared);
            throw;
        }
    }

    /// <summary>Closes what was prepared and is not to be used.</summary>
    public async Task DiscardAsync(IReadOnlyList<OpenSink> prepared)
    {
        foreach (var sink in prepared.Except(Volatile.Read(ref open)))
            await sink.DisposeAsync();
    }

    /// <summary>Goes on with what was prepared. The sinks that are gone end when nothing is under way on them.</summary>
    public void Use(IReadOnlyList<OpenSink> prepared, TransponderOptions options)
    {
        lock (gate)
        {
            var gone = open.Except(prepared).ToList();
            Volatile.Write(ref open, prepared);
            store.Interest.Use(KindsOf(prepared));
            replays.Use(ReplayRoutes(prepared));
            retiring = Task.WhenAll(retiring, RetireAsync(engine.ReloadAsync(Routes(prepared), Egress(options)), gone));
        }
    }

    /// <summary>Sends no more, and ends when what is under way has ended, or the grace has.</summary>
    public Task StopAsync() => engine.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await replays.DisposeAsync();
        await engine.DisposeAsync();
        await Feed.DisposeAsync();
        await retiring;
        foreach (var sink in open)
            await sink.DisposeAsync();
        metrics.Dispose();
    }

    private Task RegisterAsync(IReadOnlyList<OpenSink> sinks, CancellationToken cancellationToken) =>
        store.Lanes.RegisterAsync(
            [.. sinks.Select(sink => new SinkRegistration(sink.Options.Name, sink.Options.FromStart))],
            cancellationToken
        );

    private List<OpenSink> Open(TransponderOptions options, IReadOnlyList<OpenSink> former)
    {
        var sinks = new List<OpenSink>();
        try
        {
            foreach (var sink in options.Sinks)
                sinks.Add(
                    former.FirstOrDefault(one => one.Options.IsSame(sink)) ?? new OpenSink(sink, options.Outbound, store, time, logs)
                );
            return sinks;
        }
        catch
        {
            // Nothing has connected yet, so that closing cannot wait for anybody.
            foreach (var sink in sinks.Except(former))
                _ = sink.DisposeAsync().AsTask();
            throw;
        }
    }

    private static IEnumerable<EventKind> KindsOf(IEnumerable<OpenSink> sinks) => sinks.SelectMany(sink => sink.Options.Filter.Kinds);

    private static List<SinkRoute> Routes(IReadOnlyList<OpenSink> sinks) => [.. sinks.Select(sink => sink.Route)];

    private static List<SinkRoute> ReplayRoutes(IReadOnlyList<OpenSink> sinks) => [.. sinks.Select(sink => sink.ReplayRoute)];

    private static EgressOptions Egress(TransponderOptions options) => options.Egress with { StopGrace = options.ShutdownGrace * 0.5 };

    private static async Task RetireAsync(Task underWay, List<OpenSink> gone)
    {
        await underWay;
        foreach (var sink in gone)
            await sink.DisposeAsync();
    }
}
