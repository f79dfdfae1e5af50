using Microsoft.AspNetCore.Http;
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
    private readonly string? postgres;

    private ScenarioServer(TempDirectory folder, TransponderApp app, string? postgres)
    {
        this.folder = folder;
        this.app = app;
        this.postgres = postgres;
        Client = Connect();
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Uri Grpc => app.GrpcAddress;

    public Uri Http => app.HttpAddress;

    public TransponderClient Client { get; }

    internal RpcServices Services => app.Services;

    internal IReadOnlyList<Endpoint> Endpoints => app.Endpoints;

    /// <param name="yaml">The configuration but for ports and store.</param>
    /// <param name="postgres">A PostgreSQL's connection string; null = SQLite.</param>
    /// <param name="server">More keys of the server section.</param>
    /// <param name="change">What no configuration may say, such as ages of seconds; null = nothing.</param>
    public static async Task<ScenarioServer> StartAsync(
        string yaml,
        string? postgres = null,
        string server = "",
        Func<TransponderOptions, TransponderOptions>? change = null
    )
    {
        var folder = new TempDirectory();
        var config = ConfigLoader.Parse("scenario.yaml", ScenarioConfig.Complete(yaml, folder, 0, 0, postgres, server));
        Assert.True(config.IsValid(strict: false), string.Join('\n', config.Problems));
        return new ScenarioServer(
            folder,
            await TransponderApp.StartAsync(change?.Invoke(config.Options) ?? config.Options, Token),
            postgres
        );
    }

    /// <summary>Goes on with another configuration; ports and store stay.</summary>
    /// <param name="yaml">The configuration but for ports and store.</param>
    /// <param name="server">More keys of the server section.</param>
    public async Task ReloadAsync(string yaml, string server = "")
    {
        var config = ConfigLoader.Parse("scenario.yaml", ScenarioConfig.Complete(yaml, folder, 0, 0, postgres, server));
        Assert.True(config.IsValid(strict: false), string.Join('\n', config.Problems));
        await app.ReloadAsync(config.Options, Token);
    }

    /// <summary>A client with connections of its own, and a token of its own.</summary>
    public TransponderClient Connect(string? token = null) => new(Grpc, Patient.Channel with { Token = () => token });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        folder.Dispose();
    }
}
