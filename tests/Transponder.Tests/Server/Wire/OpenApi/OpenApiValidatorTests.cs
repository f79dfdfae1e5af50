using System.Text.Json;
using Transponder.Tests.Rig;
using Transponder.Tests.Scenarios;
using Xunit;

namespace Transponder.Tests.Server.Wire.OpenApi;

/// <summary>An independent validator reads the whole server's document.</summary>
[Trait("needs", "servers")]
public sealed class OpenApiValidatorTests
{
    [Fact]
    public async Task Document_OfTheWholeServer_IsValidSwagger()
    {
        await using var server = await ScenarioServer.StartAsync("");

        var result = await NodeScript.RunAsync("Server/Wire/OpenApi/validate.js", [new Uri(server.Http, "api/v1/openapi").AbsoluteUri]);

        using var json = JsonDocument.Parse(result.Succeeded().Split('\n').Last(line => line.StartsWith('{')));
        Assert.Equal("application/json", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("2.0", json.RootElement.GetProperty("swagger").GetString());
        Assert.Contains("/api/v1/executions/{id.project}/{id.domain}/{id.name}", Texts("paths"));
        Assert.Contains("AdminService_CreateExecution", Texts("operations"));
        Assert.Contains("DataProxyService_CreateUploadLocation", Texts("operations"));
        Assert.Contains("DeliveryService_ListDeliveries", Texts("operations"));
        Assert.Contains("flyteidl.admin.ExecutionClosure", Texts("definitions"));

        List<string?> Texts(string name) => [.. json.RootElement.GetProperty(name).EnumerateArray().Select(each => each.GetString())];
    }
}
