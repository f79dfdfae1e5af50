using System.Text.Json;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Everything that flytekit's FlyteRemote calls from registration to the end of a wait works unchanged, over both stores.</summary>
[Trait("needs", "servers")]
public sealed class FlyteRemoteSessionWorks(PostgresCluster cluster)
{
    [Fact]
    public async Task OverSqlite() => await RunAsync(null);

    [Fact]
    public async Task OverPostgres() => await RunAsync(await cluster.CreateDatabaseAsync());

    private static async Task RunAsync(string? postgres)
    {
        using var folder = new TempDirectory();
        var idl = await UpstreamIdl.CompileAsync(folder);
        await using var server = await ScenarioServer.StartAsync("", postgres);

        string[] to = [server.Grpc.Authority, idl];
        var script = await PythonScript.RunAsync("Scenarios/clients/flyte_remote.py", to, modules: ["grpc", "google.protobuf"]);
        using var json = JsonDocument.Parse(script.Succeeded().Split('\n').Last(line => line.StartsWith('{')));
        var saw = json.RootElement;

        Is("[[\"created\",\"created\",\"created\",\"created\"],[\"existed\",\"existed\",\"existed\",\"existed\"]]", "registered");
        Is("{\"sub_workflows\":[\"inner\"],\"tasks\":[\"double\"]}", "workflow");
        Is("[\"start-node\",\"end-node\",\"n0\",\"n1\"]", "primary");
        Is("\"ACTIVE\"", "plan");
        Is("[\"created\",\"existed\"]", "created");
        Is("[\"UNDEFINED\",\"RUNNING\",\"SUCCEEDED\"]", "phases");
        Is("[\"a@example.com\"]", "notified");
        Is(Literals("x", 2), "inputs");
        Is(Literals("y", 4), "outputs");
        Is("true", "signal");
        Is("[\"again\",\"other\",\"run\"]", "active");
        Is("[\"recovered\"]", "archived");
        Is("[\"other\",\"run\"]", "labelled");
        Is("[\"WORKFLOW_SETUP\",\"n0\",\"n1\",\"WORKFLOW_TEARDOWN\"]", "spans");
        Is("[\"flytesnacks\"]", "projects");
        Is("3", "domains");
        AssertNodes(saw.GetProperty("nodes"));
        AssertEnds(saw);

        void Is(string expected, string key) => Assert.Equal(expected, Compact(saw.GetProperty(key)));
    }

    private static void AssertNodes(JsonElement nodes)
    {
        Assert.Equal(
            ["end-node", "n0", "n1", "start-node"],
            nodes.EnumerateObject().Select(node => node.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal("[\"FAILED\",\"SUCCEEDED\"]", Compact(nodes.GetProperty("n0").GetProperty("attempts")));
        Assert.Equal("s3://b/in.pb", nodes.GetProperty("n0").GetProperty("inputs").GetString());
        var below = nodes.GetProperty("n1").GetProperty("below").EnumerateObject().Single();
        Assert.Equal("n1-0-n0", below.Name);
        Assert.Equal(Literals("y", 4), Compact(below.Value.GetProperty("outputs")));
        Assert.Equal("[\"SUCCEEDED\"]", Compact(below.Value.GetProperty("attempts")));
    }

    private static void AssertEnds(JsonElement saw)
    {
        var aborted = saw.GetProperty("aborted");
        Assert.Equal("ABORTED", aborted.GetProperty("phase").GetString());
        Assert.Equal("not needed", aborted.GetProperty("abort_metadata").GetProperty("cause").GetString());
        var modes = saw.GetProperty("modes").EnumerateArray().ToList();
        Assert.Equal(["RELAUNCH", "RECOVERED"], modes.Select(one => one.GetProperty("mode").GetString()));
        Assert.Equal(["run", "other"], modes.Select(one => one.GetProperty("reference_execution").GetProperty("name").GetString()));
    }

    private static string Literals(string name, int value) =>
        "{\"literals\":{\"" + name + "\":{\"scalar\":{\"primitive\":{\"integer\":\"" + value + "\"}}}}}";

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
