using System.Text.Json;
using Google.Protobuf;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Clients that know only gRPC and Flyte's IDL do all their work against Transponder, and are told of every refusal as flyteadmin would.</summary>
[Trait("needs", "servers")]
public sealed class UpstreamClientsRunTheWholePath
{
    [Fact]
    public Task GrpcJs_RunsIt() => RunAsync(GrpcJsAsync);

    [Fact]
    public Task Grpcio_RunsIt() => RunAsync(GrpcioAsync);

    [Fact]
    public Task GrpcJs_IsToldOfEveryRefusal() => RefuseAsync(GrpcJsAsync);

    [Fact]
    public Task Grpcio_IsToldOfEveryRefusal() => RefuseAsync(GrpcioAsync);

    private static async Task RunAsync(Func<ScenarioServer, string, Task<ScriptResult>> client)
    {
        await using var mail = await AiosmtpdServer.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await WholePath.ServeAsync(mail, receiver);

        WholePath.AssertAnswers(await CallAsync(server, WholePath.Steps, client));
        await WholePath.AssertArrivalsAsync(mail, receiver);
    }

    private static async Task RefuseAsync(Func<ScenarioServer, string, Task<ScriptResult>> client)
    {
        await using var server = await RefusedEvents.ServeAsync();

        // Neither library writes a message that is nested so deep.
        var rows = RefusedEvents.All.Where(row => row.Title != "node: outputs nested too deep").ToList();
        RefusedEvents.AssertAnswers(rows, await CallAsync(server, [.. rows.Select(row => row.Call)], client));
    }

    private static async Task<IReadOnlyList<Answer>> CallAsync(
        ScenarioServer server,
        IReadOnlyList<Step> steps,
        Func<ScenarioServer, string, Task<ScriptResult>> client
    )
    {
        var calls = steps.Select(step => new { method = step.Method, request = step.Request.ToByteString().ToBase64() });
        var said = (await client(server, JsonSerializer.Serialize(calls))).Succeeded();
        using var json = JsonDocument.Parse(said.Split('\n').Last(line => line.StartsWith('[')));
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    private static Answer Read(JsonElement said) =>
        said.TryGetProperty("reply", out var reply)
            ? new(0, "", null, reply.GetBytesFromBase64())
            : new(
                said.GetProperty("code").GetInt32(),
                said.GetProperty("message").GetString()!,
                said.GetProperty("details").EnumerateArray().Select(detail => detail.GetRawText()).SingleOrDefault(),
                []
            );

    private static Task<ScriptResult> GrpcJsAsync(ScenarioServer server, string steps) =>
        NodeScript.RunAsync("Scenarios/clients/call.js", [server.Grpc.Authority], steps);

    private static async Task<ScriptResult> GrpcioAsync(ScenarioServer server, string steps)
    {
        using var folder = new TempDirectory();
        var set = await UpstreamIdl.CompileAsync(folder);
        string[] to = [server.Grpc.Authority, set];
        return await PythonScript.RunAsync("Scenarios/clients/call.py", to, steps, modules: ["grpc", "google.protobuf"]);
    }
}
