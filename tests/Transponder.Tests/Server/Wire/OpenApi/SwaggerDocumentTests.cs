using System.Text.Json;
using System.Text.Json.Nodes;
using Transponder.Server.Wire.OpenApi;
using Xunit;

namespace Transponder.Tests.Server.Wire.OpenApi;

public sealed class SwaggerDocumentTests
{
    private readonly JsonObject document = JsonNode.Parse(SwaggerDocument.Write(ScriptedAdmin.Services()))!.AsObject();

    [Fact]
    public void Paths_AreThoseOfMethodsWithHandlers()
    {
        var paths = document["paths"]!.AsObject().Select(path => path.Key).ToList();

        Assert.Contains("/api/v1/version", paths);
        Assert.DoesNotContain("/api/v1/domains", paths);
        Assert.Equal(["get"], document["paths"]!["/api/v1/executions/{id.project}/{id.domain}"]!.AsObject().Select(verb => verb.Key));
    }

    [Fact]
    public void List_Parameters_AreThePathsAndEveryOtherFieldOfTheRequest()
    {
        var parameters = document["paths"]!["/api/v1/executions/{id.project}/{id.domain}"]!["get"]!["parameters"]!.AsArray();

        Assert.Equal(
            [
                "id.project path string",
                "id.domain path string",
                "id.name query string",
                "id.org query string",
                "limit query integer",
                "token query string",
                "filters query string",
                "sort_by.key query string",
                "sort_by.direction query string",
            ],
            parameters.Select(each => $"{each!["name"]} {each["in"]} {each["type"]}")
        );
        Assert.Equal("""["DESCENDING","ASCENDING"]""", parameters.Last()!["enum"]!.ToJsonString());
    }

    [Fact]
    public void Delete_WithABody_DescribesIt()
    {
        var terminate = document["paths"]!["/api/v1/executions/{id.project}/{id.domain}/{id.name}"]!["delete"]!;

        var body = terminate["parameters"]!.AsArray().Single(each => each!["in"]!.ToString() == "body")!;
        Assert.Equal("#/definitions/flyteidl.admin.ExecutionTerminateRequest", body["schema"]!["$ref"]!.ToString());
        Assert.Equal("#/definitions/google.rpc.Status", terminate["responses"]!["default"]!["schema"]!["$ref"]!.ToString());
    }

    [Fact]
    public void Definitions_Fields_AreTypedAsJsonHasThem()
    {
        var closure = document["definitions"]!["flyteidl.admin.ExecutionClosure"]!["properties"]!;

        Assert.Equal("date-time", closure["started_at"]!["format"]!.ToString());
        Assert.Equal("string", closure["duration"]!["type"]!.ToString());
        Assert.Equal("#/definitions/flyteidl.core.ExecutionError", closure["error"]!["$ref"]!.ToString());
        Assert.Equal("array", closure["notifications"]!["type"]!.ToString());
        var labels = document["definitions"]!["flyteidl.admin.Labels"]!["properties"]!["values"]!;
        Assert.Equal("""{"type":"object","additionalProperties":{"type":"string"}}""", labels.ToJsonString());
    }

    [Fact]
    public void References_AllLeadSomewhere()
    {
        using var json = JsonDocument.Parse(document.ToJsonString());
        var names = document["definitions"]!.AsObject().Select(each => "#/definitions/" + each.Key).ToHashSet();

        Assert.Subset(names, References(json.RootElement).ToHashSet());
    }

    private static IEnumerable<string> References(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject()
                .SelectMany(each =>
                    each.Name == "$ref" && each.Value.ValueKind == JsonValueKind.String ? [each.Value.GetString()!] : References(each.Value)
                ),
            JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
            _ => [],
        };
}
