using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>The program itself, in a process that can be killed and started again on the same ports and store.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "transponder");
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);

    private readonly TempDirectory folder = new();
    private readonly int httpPort = FreePort.Next();
    private readonly int grpcPort = FreePort.Next();
    private readonly string config;
    private readonly string? postgres;
    private readonly string server;
    private ChildProcess? process;

    private ServerProcess(string yaml, string? postgres, string server)
    {
        (this.postgres, this.server) = (postgres, server);
        config = folder.Write("scenario.yaml", ScenarioConfig.Complete(yaml, folder, httpPort, grpcPort, postgres, server));
    }

    public int Id => process!.Id;

    public Uri Http => new($"http://127.0.0.1:{httpPort}");

    public Uri Grpc => new($"http://127.0.0.1:{grpcPort}");

    /// <param name="yaml">The configuration but for ports and store.</param>
    /// <param name="postgres">A PostgreSQL's connection string; null = SQLite.</param>
    /// <param name="server">More keys of the section server.</param>
    public static async Task<ServerProcess> StartAsync(string yaml, string? postgres = null, string server = "")
    {
        var started = new ServerProcess(yaml, postgres, server);
        await started.StartAgainAsync();
        return started;
    }

    /// <summary>Runs the program with these arguments, to its end or not.</summary>
    public static ChildProcess Run(params IEnumerable<string> arguments) => ChildProcess.Start(Program, arguments);

    public TransponderClient Connect(string? token = null) => new(Grpc, Patient.Channel with { Token = () => token });

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

    /// <summary>SIGINT.</summary>
    public void Interrupt() => process!.Signal(2);

    /// <summary>Writes another configuration over the one that it runs with; ports and store stay.</summary>
    public void Rewrite(string yaml)
    {
        // In one step: a server that looked meanwhile would read a half of it.
        var next = folder.Write("next.yaml", ScenarioConfig.Complete(yaml, folder, httpPort, grpcPort, postgres, server));
        System.IO.File.Move(next, config, overwrite: true);
    }

    /// <summary>The configuration's file.</summary>
    public string Config => config;

    /// <summary>A file in the server's own folder.</summary>
    public string File(string name) => folder.File(name);

    /// <summary>Puts a copy in the place of the stopped server's database.</summary>
    public void ReplaceDatabase(string copy)
    {
        foreach (var rest in (string[])["transponder.db-wal", "transponder.db-shm"])
            System.IO.File.Delete(folder.File(rest));
        System.IO.File.Move(folder.File(copy), folder.File("transponder.db"), overwrite: true);
    }

    /// <summary>SIGHUP.</summary>
    public void HangUp() => process!.Signal(1);

    /// <summary>The first line of its output, past or future, with this text.</summary>
    public Task<string> LineAsync(string text) => process!.LineAsync(text);

    public Task<int> ExitAsync() => process!.ExitAsync();

    /// <summary>Starts it again after its end.</summary>
    public async Task StartAgainAsync()
    {
        process = ChildProcess.Start(Program, ["serve", "--config", config]);
        await process.LineAsync("gRPC on", StartDeadline);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            // Nobody asked it to end before the test did: what it has said tells why a call failed.
            if (process.HasExited)
                TestContext.Current.TestOutputHelper?.WriteLine($"the server has ended by itself:\n{process.Output}");
            await process.DisposeAsync();
        }
        folder.Dispose();
    }
}
