using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Scenarios;

/// <summary>The program itself, in a process that can be killed and started again on the same ports and store.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "transponder");
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);

    private readonly TempDirectory folder = new();
    private readonly int httpPort = FreePort.Next();
    private readonly int grpcPort = FreePort.Next();
    private readonly string config;
    private ChildProcess? process;

    private ServerProcess(string yaml, string? postgres) =>
        config = folder.Write("scenario.yaml", ScenarioConfig.Complete(yaml, folder, httpPort, grpcPort, postgres));

    public int Id => process!.Id;

    public Uri Http => new($"http://127.0.0.1:{httpPort}");

    /// <param name="yaml">The configuration but for ports and store.</param>
    /// <param name="postgres">A PostgreSQL's connection string; null = SQLite.</param>
    public static async Task<ServerProcess> StartAsync(string yaml, string? postgres = null)
    {
        var server = new ServerProcess(yaml, postgres);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Runs the program with these arguments, to its end or not.</summary>
    public static ChildProcess Run(params IEnumerable<string> arguments) => ChildProcess.Start(Program, arguments);

    public TransponderClient Connect() =>
        new(new Uri($"http://127.0.0.1:{grpcPort}"), new GrpcChannelOptions { DefaultTimeout = TimeSpan.FromSeconds(60) });

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        await process!.DisposeAsync();
        process = null;
    }

    /// <summary>kill -9, and a new process over what the old one left.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        await StartAgainAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => process!.Signal();

    public Task<int> ExitAsync(TimeSpan deadline) => process!.ExitAsync(deadline);

    /// <summary>Starts it again after its end.</summary>
    public async Task StartAgainAsync()
    {
        process = ChildProcess.Start(Program, ["serve", "--config", config]);
        await process.LineAsync("gRPC on", StartDeadline);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        folder.Dispose();
    }
}
