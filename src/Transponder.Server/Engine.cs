using Transponder.Core.Delivery;
using Transponder.Core.Diagnostics;
using Transponder.Core.Events;
using Transponder.Core.Ingestion;
using Transponder.Core.Retention;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Notifiers.Channels.Email;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Channels;
using Transponder.Server.Configuration;
using Transponder.Server.Services;
using Transponder.Server.Sinks;
using Transponder.Server.Wire;

namespace Transponder.Server;

/// <summary>All that runs behind the wire, in the order in which it starts; it ends in the reverse order.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider time = TimeProvider.System;
    private readonly ILogger<ChannelSet> channelLog;
    private readonly NotificationRouter router;
    private readonly DeliveryMetrics metrics = new();
    private readonly DeliveryEngine deliveries;
    private readonly EventEgress egress;
    private readonly Ingestor ingestor;
    private readonly AbortSweeper sweeper;
    private readonly RetentionSweeper retention;
    private readonly AdminService admin;
    private readonly CancellationTokenSource ending = new();
    private volatile Outgoing outgoing;
    private Task retiring = Task.CompletedTask;
    private Task sweeping = Task.CompletedTask;
    private volatile TransponderOptions current;

    private Engine(TransponderOptions options, IStore store, ILoggerFactory logs)
    {
        var signal = new DeliverySignal();
        current = options;
        Store = store;
        channelLog = logs.CreateLogger<ChannelSet>();
        outgoing = new Outgoing(options, time, channelLog);
        router = new NotificationRouter(outgoing.Addresses, options.Notifications.Enabled, outgoing.Channels);
        egress = new EventEgress(options, store, time, logs);
        ingestor = new Ingestor(
            store,
            router,
            options.Ingestion,
            new DeliveryHandover(signal, _ => egress.Feed.Wake()),
            time,
            logs.CreateLogger<Ingestor>()
        );
        sweeper = new AbortSweeper(store.Executions, ingestor, options.Ingestion, time, logs.CreateLogger<AbortSweeper>());
        retention = new RetentionSweeper(store.Retention, options.Retention, time, logs.CreateLogger<RetentionSweeper>())
        {
            Hold = Hold(options),
        };
        deliveries = new DeliveryEngine(
            new DeliveryEnvironment
            {
                Store = store.Deliveries,
                Channels = outgoing.Channels,
                Options = Delivery(options),
                Signal = signal,
                Metrics = metrics,
                Log = logs.CreateLogger<DeliveryEngine>(),
            }
        );
        admin = new AdminService(
            store,
            ingestor,
            egress.Feed.Wake,
            router.Check,
            new AdminOptions
            {
                Domains = options.Domains,
                StrictAddresses = () => current.Notifications.StrictAddresses,
                Version = TransponderApp.Version,
            },
            time,
            logs.CreateLogger<AdminService>()
        );
        admin.AddTo(Services);
        new DeliveryService(new DeliveryLedger(store.Deliveries, store.Executions, signal, time)).Register(Services);
        var log = new EventLog(store.Events, store.Executions);
        new EventLogService(log, new LogSubscription(egress.Feed, log, store.Events, time)).Register(Services);
        new ReplayService(store, log, () => egress.Sinks.Select(sink => sink.Name), time).Register(Services);
        new NotifyService(store, router, () => outgoing.Channels, signal, time).Register(Services);
        new OperationsService(store, () => outgoing.Channels, egress, () => current, time).Register(Services);
    }

    public IStore Store { get; }

    public RpcServices Services { get; } = new();

    public static async Task<Engine> CreateAsync(TransponderOptions options, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var store = StoreFactory.Open(options.Store, logs);
        try
        {
            await store.MigrateAsync(cancellationToken);
            await store.CheckAsync(cancellationToken);
            var engine = new Engine(options, store, logs);
            // Sinks first: those that ask for projects are told of the new ones.
            await engine.egress.RegisterAsync(cancellationToken);
            await engine.admin.SeedAsync(options.Projects, cancellationToken);
            return engine;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public void Start()
    {
        deliveries.Start();
        egress.Start();
        sweeping = Task.WhenAll(sweeper.RunAsync(ending.Token), retention.RunAsync(ending.Token));
    }

    /// <summary>
    /// Goes on with what a new configuration says about channels, addresses, deliveries, sinks and projects. Attempts under way end on the channels that they
    /// began on. All or nothing: whatever throws has changed nothing that runs.
    /// </summary>
    public async Task ReloadAsync(TransponderOptions options, CancellationToken cancellationToken)
    {
        var next = new Outgoing(options, time, channelLog);
        IReadOnlyList<OpenSink> sinks = [];
        try
        {
            sinks = await egress.PrepareAsync(options, cancellationToken);
            await admin.SeedAsync(options.Projects, cancellationToken);
        }
        catch
        {
            await next.DisposeAsync();
            await egress.DiscardAsync(sinks);
            throw;
        }
        lock (gate)
        {
            current = options with { Store = current.Store };
            retention.Options = options.Retention;
            retention.Hold = Hold(options);
            router.Use(next.Addresses, options.Notifications.Enabled, next.Channels);
            retiring = Task.WhenAll(retiring, RetireAsync(deliveries.ReloadAsync(next.Channels, Delivery(options)), outgoing));
            outgoing = next;
            egress.Use(sinks, options);
        }
    }

    /// <summary>Sends no more, and ends when what is under way has ended, or the grace has.</summary>
    public Task StopSendingAsync() => Task.WhenAll(deliveries.StopAsync(), egress.StopAsync());

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ingestor.DisposeAsync();
        await egress.DisposeAsync();
        await deliveries.DisposeAsync();
        await retiring;
        await outgoing.DisposeAsync();
        metrics.Dispose();
        await Store.DisposeAsync();
        ending.Dispose();
    }

    private LogHold Hold(TransponderOptions options) => new(Store.Lanes, [.. options.Sinks.Select(sink => sink.Name)], options.Egress);

    // Recording what was cut off takes its time too.
    private static DeliveryOptions Delivery(TransponderOptions options) =>
        options.Delivery with
        {
            StopGrace = options.ShutdownGrace * 0.8,
        };

    private static async Task RetireAsync(Task attempts, Outgoing former)
    {
        await attempts;
        await former.DisposeAsync();
    }
}
