using System.Reflection;
using Transponder.Core.Store;
using Transponder.Server.Configuration;
using Transponder.Server.Diagnostics;
using Transponder.Server.Wire;
using Transponder.Server.Wire.Health;

namespace Transponder.Server;

/// <summary>The running server: everything put together over one store. Tests and tools start it in their own process, on free ports.</summary>
public sealed class TransponderApp : IAsyncDisposable
{
    private readonly Engine engine;
    private readonly WebApplication web;
    private readonly HealthState health;
    private readonly TimeSpan grace;

    private TransponderApp(Engine engine, WebApplication web, HealthState health, TimeSpan grace)
    {
        (this.engine, this.web, this.health, this.grace) = (engine, web, health, grace);
        (HttpAddress, GrpcAddress) = WireHost.Addresses(web);
    }

    /// <summary>Where REST is served.</summary>
    public Uri HttpAddress { get; }

    /// <summary>Where gRPC is served.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>What and where the store is, for people.</summary>
    public string StoreDescription => engine.Store.Description;

    /// <summary>The version, as GetVersion answers it.</summary>
    public static string Version { get; } =
        typeof(TransponderApp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Opens and migrates the store, and starts to deliver and to listen. Throws <see cref="StoreException"/> when the store cannot be used.</summary>
    /// <param name="options">The checked configuration.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static Task<TransponderApp> StartAsync(TransponderOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, LogToConsole, cancellationToken);

    /// <summary>As the other, with logging of the caller's choice.</summary>
    /// <param name="options">The checked configuration.</param>
    /// <param name="logging">Adds providers and filters.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<TransponderApp> StartAsync(
        TransponderOptions options,
        Action<ILoggingBuilder> logging,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logging);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownGrace);
        builder.WebHost.ConfigureKestrel(kestrel => WireHost.ConfigureKestrel(kestrel, options.Wire));

        var web = builder.Build();
        var engine = await Engine.CreateAsync(options, web.Services.GetRequiredService<ILoggerFactory>(), cancellationToken);
        try
        {
            var health = new HealthState();
            var exporter = new PrometheusExporter();
            web.MapGet("/metrics", () => Results.Text(exporter.Render(), PrometheusExporter.ContentType));
            web.Lifetime.ApplicationStopped.Register(exporter.Dispose);
            WireHost.Map(web, engine.Services, options.Wire, health);
            web.Lifetime.ApplicationStopping.Register(() => health.SetAll(false));
            await web.StartAsync(cancellationToken);
            engine.Start();
            health.SetAll(true);
            return new TransponderApp(engine, web, health, options.ShutdownGrace);
        }
        catch
        {
            await engine.DisposeAsync();
            await web.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when the process is told to stop.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => web.WaitForShutdownAsync(cancellationToken);

    /// <summary>Takes no more calls, answers those under way, lets sends finish, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        health.SetAll(false);
        using (var patience = new CancellationTokenSource(grace))
            await web.StopAsync(patience.Token);
        await engine.DisposeAsync();
        await web.DisposeAsync();
    }

    private static void LogToConsole(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
    }
}
