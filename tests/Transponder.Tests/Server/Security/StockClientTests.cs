using System.Text.Json;
using Transponder.Tests.Rig;
using Transponder.Tests.Scenarios;
using Transponder.Tests.Server.Wire;
using Xunit;

namespace Transponder.Tests.Server.Security;

/// <summary>grpcio as flytekit uses it: a token in the metadata of every call.</summary>
[Trait("needs", "servers")]
public sealed class StockClientTests
{
    [Fact]
    public async Task Grpcio_WithTokens_IsLetInOrToldWhyNot()
    {
        using var folder = new TempDirectory();
        using var tokens = new TokenConfig().Add("viewer", "viewer", "a").Add("root", "admin");
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml);
        var said = await PythonScript.RunAsync(
            "Server/Security/client.py",
            [server.Grpc.Authority, DescriptorSet.Write(folder)],
            modules: ["grpc", "google.protobuf"]
        );
        using var json = JsonDocument.Parse(said.Succeeded().Split('\n').Last(line => line.StartsWith('[')));
        var rows = json.RootElement.EnumerateArray().Select(row => (row[0].GetString(), row[1].GetString())).ToArray();

        Assert.Equal(
            [
                ("ListProjects anonymous", "UNAUTHENTICATED the call carries no bearer token"),
                ("ListProjects wrong", "UNAUTHENTICATED the bearer token is not one that this server knows"),
                ("ListProjects viewer", "OK"),
                ("ListProjects viewer by flyte-authorization", "OK"),
                ("GetProject viewer", "PERMISSION_DENIED project b is not open to this token for this call; it is confined to a"),
                ("RegisterProject viewer", "PERMISSION_DENIED RegisterProject needs the role admin; the roles of viewer: viewer"),
                ("RegisterProject root", "OK"),
                ("Check anonymous", "OK"),
            ],
            rows
        );
    }
}
