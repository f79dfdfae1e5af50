using System.Text.Json;
using Flyteidl.Admin;
using Transponder.Tests.Rig;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Server.Wire;

/// <summary>grpc-js and grpcio against the wire: what they make of our frames, trailers and limits.</summary>
[Trait("needs", "servers")]
public sealed class StockClientsTests
{
    private readonly ScriptedWaits waits = new();

    [Fact]
    public async Task GrpcJs_SeesRepliesErrorsStreamsAndReflection()
    {
        await using var server = await WireServer.StartAsync(ScriptedAdmin.Services(waits));
        using var result = JsonDocument.Parse(await RunAsync(() => NodeScript.RunAsync("Server/Wire/client.js", [server.Grpc.Authority])));
        var said = result.RootElement;

        Assert.Equal(
            "1.2.3",
            said.GetProperty("version").GetProperty("reply").GetProperty("control_plane_version").GetProperty("Version").GetString()
        );
        Assert.Equal(3_000_000, said.GetProperty("big").GetInt32());
        AssertDetails(said.GetProperty("details"), 'x');
        AssertTooLarge(said.GetProperty("oversize"));
        Assert.Equal(0, said.GetProperty("nearCap").GetInt32());
        Assert.Equal("zip", said.GetProperty("gzip").GetProperty("message").GetString());
        Assert.Equal(4, said.GetProperty("deadline").GetInt32());
        Assert.Equal(1, said.GetProperty("cancelled").GetInt32());
        Assert.Equal(12, said.GetProperty("unimplemented").GetProperty("code").GetInt32());
        Assert.Contains("GetWorkflow", said.GetProperty("unimplemented").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(13, said.GetProperty("bug").GetProperty("code").GetInt32());
        Assert.Equal("SERVING", said.GetProperty("health").GetString());
        Assert.Equal(5, said.GetProperty("healthUnknown").GetInt32());
        Assert.Equal(["SERVING", "1"], said.GetProperty("watch").EnumerateArray().Select(each => each.ToString()));
        Assert.Equal(
            [
                "flyteidl.service.AdminService",
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
            ],
            said.GetProperty("services").EnumerateArray().Select(each => each.GetString())
        );
        Assert.True(said.GetProperty("symbolFiles").GetInt32() > 10);
        Assert.True(said.GetProperty("extensionFiles").GetInt32() > 1);
        Assert.Equal(5, said.GetProperty("missing").GetInt32());
        await AssertCancelledAsync(said);
    }

    [Fact]
    public async Task Grpcio_SeesRepliesErrorsAndLimits()
    {
        using var directory = new TempDirectory();
        var set = DescriptorSet.Write(directory);
        await using var server = await WireServer.StartAsync(ScriptedAdmin.Services(waits));
        using var result = JsonDocument.Parse(
            await RunAsync(() =>
                PythonScript.RunAsync("Server/Wire/client.py", [server.Grpc.Authority, set], modules: ["grpc", "google.protobuf"])
            )
        );
        var said = result.RootElement;

        Assert.Equal("1.2.3", said.GetProperty("version").GetString());
        Assert.Equal(3_000_000, said.GetProperty("big").GetInt32());
        AssertDetails(said.GetProperty("details"), 'é');
        AssertTooLarge(said.GetProperty("oversize"));
        Assert.Equal(9, said.GetProperty("gzip").GetProperty("code").GetInt32());
        Assert.Equal(4, said.GetProperty("deadline").GetInt32());
        Assert.Equal(1, said.GetProperty("cancelled").GetInt32());
        Assert.Equal(12, said.GetProperty("unimplemented").GetProperty("code").GetInt32());
        Assert.Equal(13, said.GetProperty("bug").GetProperty("code").GetInt32());
        Assert.StartsWith("hi 0102 ", said.GetProperty("metadata").GetString(), StringComparison.Ordinal);
        await AssertCancelledAsync(said);
    }

    private async Task AssertCancelledAsync(JsonElement said)
    {
        Assert.Contains("cancel", waits.Begun);
        Assert.Contains(said.GetProperty("deadlineOf").GetString()!, waits.Begun);
        await Eventually.TrueAsync(() => waits.AllEnded, "all waiting handlers to be cancelled");
    }

    private static async Task<string> RunAsync(Func<Task<ScriptResult>> script)
    {
        var lines = (await script()).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Last(line => line.StartsWith('{'));
    }

    private static void AssertDetails(JsonElement failure, char letter)
    {
        Assert.Equal(9, failure.GetProperty("code").GetInt32());
        var message = failure.GetProperty("message").GetString()!;
        Assert.EndsWith($"{letter}{letter} [cut]", message, StringComparison.Ordinal);
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(failure.GetProperty("details").GetString()!));
        Assert.Equal(message, status.Message);
        Assert.Equal("SUCCEEDED", status.Details.Single().Unpack<EventFailureReason>().AlreadyInTerminalState.CurrentPhase);
    }

    private static void AssertTooLarge(JsonElement failure)
    {
        Assert.Equal(8, failure.GetProperty("code").GetInt32());
        Assert.Contains("message larger than max (", failure.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains(" vs. 20971520)", failure.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
