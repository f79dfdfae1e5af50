using Transponder.Core.Delivery;
using Transponder.Core.Diagnostics;
using Transponder.Core.Events;
using Transponder.Core.Ingestion;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Notifiers.Channels.Email;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Channels;
using Transponder.Server.Configuration;
using Transponder.Server.Services;
using Transponder.Server.Wire;

namespace Transponder.Server;

/// <summary>All that runs behind the wire, in the order in which it starts; it ends in the reverse order.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly OutboundHttp outbound;
    private readonly ChannelSet channels;
    private readonly DeliveryMetrics metrics = new();
    private readonly DeliveryEngine deliveries;
    private readonly Ingestor ingestor;
    private readonly AbortSweeper sweeper;
    private readonly AdminService admin;
    private readonly CancellationTokenSource ending = new();
    private Task sweeping = Task.CompletedTask;

    private Engine(TransponderOptions options, IStore store, ILoggerFactory logs)
    {
        var time = TimeProvider.System;
        var signal = new DeliverySignal();
        Store = store;
        outbound = new OutboundHttp(new OutboundOptions { Policy = options.Outbound }, time);
        channels = ChannelFactory.Create(options, outbound, time, logs.CreateLogger<ChannelSet>());
        var addresses = new AddressBook(
            channels.All.ToDictionary(channel => channel.Name, channel => channel.Notifier),
            options.Recipients,
            EmailAddress.Check
        );
        ingestor = new Ingestor(
            store,
            new NotificationRouter(addresses, options.Notifications.Enabled),
            options.Ingestion,
            made => signal.Wake(made.Select(delivery => delivery.Destination).Distinct()),
            time,
            logs.CreateLogger<Ingestor>()
        );
        sweeper = new AbortSweeper(store.Executions, ingestor, options.Ingestion, time, logs.CreateLogger<AbortSweeper>());
        deliveries = new DeliveryEngine(
            new DeliveryEnvironment
            {
                Store = store.Deliveries,
                Channels = channels,
                Options = options.Delivery,
                Signal = signal,
                Metrics = metrics,
                Log = logs.CreateLogger<DeliveryEngine>(),
            }
        );
        admin = new AdminService(
            store,
            ingestor,
            addresses,
            new AdminOptions
            {
                Domains = options.Domains,
                Projects = options.Projects,
                StrictAddresses = options.Notifications.StrictAddresses,
                Version = TransponderApp.Version,
            },
            time,
            logs.CreateLogger<AdminService>()
        );
        admin.AddTo(Services);
        new DeliveryService(new DeliveryLedger(store.Deliveries, store.Executions, signal, time)).Register(Services);
        new EventLogService(new EventLog(store.Events, store.Executions)).Register(Services);
        new OperationsService(store, channels, options, time).Register(Services);
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
            await engine.admin.SeedAsync(cancellationToken);
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
        sweeping = sweeper.RunAsync(ending.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ingestor.DisposeAsync();
        await deliveries.DisposeAsync();
        await channels.DisposeAsync();
        outbound.Dispose();
        metrics.Dispose();
        await Store.DisposeAsync();
        ending.Dispose();
    }
}
