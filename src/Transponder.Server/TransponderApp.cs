using System.Diagnostics;
using System.Reflection;
using Transponder.Core.Store;
using Transponder.Server.Configuration;
using Transponder.Server.Data;
using Transponder.Server.Diagnostics;
using Transponder.Server.Reload;
using Transponder.Server.Security;
using Transponder.Server.Telemetry;
using Transponder.Server.Wire;
using Transponder.Server.Wire.Health;

namespace Transponder.Server;

/// <summary>The running server: everything put together over one store. Tests and tools start it in their own process, on free ports.</summary>
public sealed partial class TransponderApp : IAsyncDisposable
{
    private readonly Engine engine;
    private readonly AccessControl access;
    private readonly string host;
    private readonly WebApplication web;
    private readonly HealthState health;
    private readonly TimeSpan grace;
    private readonly ILogger<TransponderApp> log;
    private ConfigFollower? follower;

    private TransponderApp(Engine engine, AccessControl access, WebApplication web, HealthState health, TransponderOptions options)
    {
        (this.engine, this.access, this.web, this.health) = (engine, access, web, health);
        (host, grace) = (options.Wire.Host, options.ShutdownGrace);
        log = web.Services.GetRequiredService<ILogger<TransponderApp>>();
        (HttpAddress, GrpcAddress) = WireHost.Addresses(web);
    }

    /// <summary>Where REST is served.</summary>
    public Uri HttpAddress { get; }

    /// <summary>Where gRPC is served.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>What and where the store is, for people.</summary>
    public string StoreDescription => engine.Store.Description;

    internal RpcServices Services => engine.Services;

    internal IReadOnlyList<Endpoint> Endpoints => [.. ((IEndpointRouteBuilder)web).DataSources.SelectMany(source => source.Endpoints)];

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
        TelemetryExport.AddLogs(builder.Logging, options.Telemetry);
        // Its scope is an activity for each call, listened to or not.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownGrace);
        builder.WebHost.ConfigureKestrel(kestrel => WireHost.ConfigureKestrel(kestrel, options.Wire));

        var web = builder.Build();
        var telemetry = TelemetryExport.Start(options.Telemetry);
        if (telemetry is not null)
            web.Lifetime.ApplicationStopped.Register(telemetry.Dispose);
        var engine = await Engine.CreateAsync(options, web.Services.GetRequiredService<ILoggerFactory>(), cancellationToken);
        try
        {
            var health = new HealthState();
            var process = new ProcessMetrics();
            var exporter = new PrometheusExporter("Transponder", ProcessMetrics.MeterName, ProcessMetrics.RuntimeMeterName);
            var access = new AccessControl(options.Auth, web.Services.GetRequiredService<ILoggerFactory>());
            web.MapGet("/metrics", () => Results.Text(exporter.Render(), PrometheusExporter.ContentType))
                .WithMetadata(AccessRule.ForWholeServer(AccessRules.Reads));
            web.Lifetime.ApplicationStopped.Register(exporter.Dispose);
            web.Lifetime.ApplicationStopped.Register(process.Dispose);
            var artifacts = new Artifacts(options.Storage);
            artifacts.AddTo(engine.Services, engine.Store);
            artifacts.Map(web);
            web.Lifetime.ApplicationStopped.Register(artifacts.Dispose);
            access.AddTo(engine.Services);
            web.Lifetime.ApplicationStopped.Register(access.Dispose);
            WireHost.Map(web, engine.Services, options.Wire, health, access.Guard);
            web.Lifetime.ApplicationStopping.Register(() => health.SetAll(false));
            await web.StartAsync(cancellationToken);
            artifacts.ListensAt(WireHost.Addresses(web).Http);
            engine.Start();
            health.SetAll(true);
            return new TransponderApp(engine, access, web, health, options);
        }
        catch
        {
            await engine.DisposeAsync();
            await web.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Goes on with another configuration, as far as a running server can: its store and its listeners stay. Whatever is thrown, the server runs on
    /// as before.
    /// </summary>
    /// <param name="options">The checked configuration.</param>
    /// <param name="cancellationToken">Ends the attempt before anything has changed.</param>
    public async Task ReloadAsync(TransponderOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        // The configuration was checked for its own address, and the listeners stay at another one.
        if (access.Guard.IsOn && !options.Auth.IsOn && options.Wire.Host != host)
            throw new InvalidOperationException($"Authentication cannot end while the server still listens on {host}: restart it.");
        await engine.ReloadAsync(options, cancellationToken);
        access.Use(options.Auth);
    }

    /// <summary>Ends when the process is told to stop.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken = default)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = web.Lifetime.ApplicationStopping.Register(told.SetResult);
        using var cancelled = cancellationToken.Register(() => told.TrySetResult());
        await told.Task;
    }

    /// <summary>
    /// Takes no more calls and sends no more messages, lets what is under way end, within the grace, and closes the store. What was not finished is in
    /// the store, for the next start.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        health.SetAll(false);
        var began = Stopwatch.GetTimestamp();
        LogStopping(log, grace);
        if (follower is not null)
            await follower.DisposeAsync();
        using (var patience = new CancellationTokenSource(grace))
            await Task.WhenAll(web.StopAsync(patience.Token), engine.StopSendingAsync());
        await engine.DisposeAsync();
        LogStopped(log, Stopwatch.GetElapsedTime(began));
        await web.DisposeAsync();
    }

    /// <summary>Keeps the server at these files, until it ends.</summary>
    /// <param name="files">The files that it was started with.</param>
    internal ConfigFollower Follow(ConfigFiles files) =>
        follower = new ConfigFollower(
            files,
            options => ReloadAsync(options),
            TimeProvider.System,
            web.Services.GetRequiredService<ILogger<ConfigFollower>>()
        );

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

    [LoggerMessage(1, LogLevel.Information, "Stopping: what is under way has {Grace} to end")]
    private static partial void LogStopping(ILogger logger, TimeSpan grace);

    [LoggerMessage(2, LogLevel.Information, "Stopped in {Elapsed}")]
    private static partial void LogStopped(ILogger logger, TimeSpan elapsed);
}
