using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A client that knows only Flyte's IDL finds each version and name on exactly one page, in each order, while others register.</summary>
[Trait("needs", "servers")]
public sealed class CatalogIsListedWhileItGrows(PostgresCluster cluster)
{
    [Fact]
    public Task OverSqlite() => RunAsync(null);

    [Fact]
    public async Task OverPostgres() => await RunAsync(await cluster.CreateDatabaseAsync());

    private static async Task RunAsync(string? postgres)
    {
        using var folder = new TempDirectory();
        await using var server = await ScenarioServer.StartAsync("", postgres);
        string[] arguments = [server.Grpc.Authority, await UpstreamIdl.CompileAsync(folder)];

        var said = await PythonScript.RunAsync("Scenarios/clients/catalog.py", arguments, modules: ["grpc", "google.protobuf"]);

        Assert.Contains("held, beside", said.Succeeded(), StringComparison.Ordinal);
    }
}
