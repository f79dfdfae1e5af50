using Transponder.Client;
using Transponder.Protocol;
using Transponder.Server;
using Transponder.Server.Configuration;
using Transponder.Server.Wire;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>The whole server over a store of its own, in this process: real ports, real files, and a client.</summary>
public sealed class ScenarioServer : IAsyncDisposable
{
    private readonly TempDirectory folder;
    private readonly TransponderApp app;

    private ScenarioServer(TempDirectory folder, TransponderApp app)
    {
        this.folder = folder;
        this.app = app;
        Client = Connect();
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Uri Grpc => app.GrpcAddress;

    public Uri Http => app.HttpAddress;

    public TransponderClient Client { get; }

    internal RpcServices Services => app.Services;

    /// <param name="yaml">The configuration but for ports and store.</param>
    /// <param name="postgres">A PostgreSQL's connection string; null = SQLite.</param>
    /// <param name="server">More keys of the server section.</param>
    public static async Task<ScenarioServer> StartAsync(string yaml, string? postgres = null, string server = "")
    {
        var folder = new TempDirectory();
        var config = ConfigLoader.Parse("scenario.yaml", ScenarioConfig.Complete(yaml, folder, 0, 0, postgres, server));
        Assert.True(config.IsValid(strict: false), string.Join('\n', config.Problems));
        return new ScenarioServer(folder, await TransponderApp.StartAsync(config.Options, Token));
    }

    /// <summary>A client with connections of its own, and a token of its own.</summary>
    public TransponderClient Connect(string? token = null) =>
        new(Grpc, new GrpcChannelOptions { DefaultTimeout = TimeSpan.FromSeconds(60), Token = () => token });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        folder.Dispose();
    }
}
