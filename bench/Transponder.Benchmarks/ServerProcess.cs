using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks;

/// <summary>The real server in a process of its own, that can be killed and started again on the same ports.</summary>
internal sealed class ServerProcess(string config, int httpPort, int grpcPort) : IAsyncDisposable
{
    private volatile ChildProcess? process;

    public Uri Http { get; } = new($"http://127.0.0.1:{httpPort}");

    public Uri Grpc { get; } = new($"http://127.0.0.1:{grpcPort}");

    public int? ProcessId => process?.Id;

    /// <summary>What the running process has printed.</summary>
    public string Output => process?.Output ?? "";

    public static ServerProcess Prepare(StoreUnderTest store, string yaml)
    {
        var (http, grpc) = (FreePort.Next(), FreePort.Next());
        // Apart from the database: its folder is watched for changes of the configuration.
        var folder = Directory.CreateDirectory(Path.Combine(store.Directory, "config"));
        var config = Path.Combine(folder.FullName, "transponder.yaml");
        File.WriteAllText(config, $"server: {{ httpPort: {http}, grpc: {{ port: {grpc} }} }}\n{store.Yaml}\n{yaml}\n");
        return new ServerProcess(config, http, grpc);
    }

    public async Task StartAsync()
    {
        var started = ChildProcess.Start(Path.Combine(AppContext.BaseDirectory, "transponder"), ["serve", "--config", config]);
        try
        {
            await started.LineAsync("gRPC on", TimeSpan.FromMinutes(2));
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }

        process = started;
    }

    /// <summary>kill -9.</summary>
    public void Kill() => process?.Kill();

    /// <summary>Waits for the killed process to be gone, and starts another.</summary>
    public async Task RestartAsync()
    {
        if (process is { } old)
        {
            process = null;
            await old.ExitAsync();
            await old.DisposeAsync();
        }

        await StartAsync();
    }

    /// <summary>SIGTERM, and the wait for the end.</summary>
    public async Task StopAsync()
    {
        if (process is not { } running)
            return;
        process = null;
        running.Signal();
        await running.ExitAsync();
        await running.DisposeAsync();
    }

    public TransponderClient Connect() => new(Grpc, new GrpcChannelOptions { DefaultTimeout = TimeSpan.FromSeconds(60) });

    public async ValueTask DisposeAsync()
    {
        if (process is { } running)
        {
            running.Kill();
            await running.DisposeAsync();
        }
    }
}
