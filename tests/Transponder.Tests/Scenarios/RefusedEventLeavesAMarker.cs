using System.Globalization;
using System.Text.Json;
using Transponder.Tests.Rig;
using Transponder.Tests.Scenarios.Transports;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>
/// An event that is too large for its sink is put into quarantine, with a marker in its place; what comes before and after it arrives in order, and
/// operators see it.
/// </summary>
[Trait("needs", "servers")]
public sealed class RefusedEventLeavesAMarker
{
    private const int Limit = 20_000;
    private const string Gap = "dev.transponder.egress.gap";

    [Fact]
    public async Task TooLargeForKafka_IsQuarantined_AndTheRestArrives()
    {
        using var kafka = MockKafka.Start();
        kafka.CreateTopic("flyte", 1);
        await using var server = await ServerProcess.StartAsync(
            "sinks:\n" + PlayedEvents.Sink("lineage", "kafka", $"brokers: '{kafka.Brokers}', maxMessageSize: {Limit}", "flyte")
        );
        await using var reader = KafkaReader.KafkaJs(kafka.Brokers, "flyte", events: true);

        await FailAsync(server);

        await reader.ReadAsync(6);
        AssertTold([
            .. reader
                .Lines.Select(line => JsonElement.Parse(line))
                .Select(line => new Told(
                    Told.AttributesOf(line.GetProperty("event")),
                    line.GetProperty("value").GetBytesFromBase64(),
                    line.GetProperty("key").GetString()
                )),
        ]);
        await AssertSeenAsync(server, "lineage", "kafka", "larger than maxMessageSize");
    }

    [Fact]
    public async Task TooLargeForNats_IsQuarantined_AndTheRestArrives()
    {
        await using var nats = await NatsServer.StartAsync(
            $"max_payload: {Limit}\nauthorization {{ users: [ {{ user: reader, password: reader }}, {{ user: writer, password: writer }} ] }}"
        );
        var settings = $"servers: 'nats://127.0.0.1:{nats.Port}', userAuthentication: {{ enabled: true, user: writer, password: writer }}";
        await using var server = await ServerProcess.StartAsync("sinks:\n" + PlayedEvents.Sink("bus", "nats", settings, "flyte.events"));
        await using var reader = NodeScript.Start(
            "Integrations/Sinks/Nats/read_nats.js",
            [nats.Port.ToString(CultureInfo.InvariantCulture), "flyte.events", "core", "events"]
        );
        await reader.LineAsync("ready");

        await FailAsync(server);

        await Eventually.TrueAsync(() => reader.Lines.Count >= 7, "six messages");
        AssertTold([.. reader.Lines.Skip(1).Select(line => CloudEventsSdk.Read(JsonElement.Parse(line)))]);
        await AssertSeenAsync(server, "bus", "nats", "max_payload");
    }

    // The execution "bad" has an event in its middle that is too large; "good" is played around it.
    private static async Task FailAsync(ServerProcess server)
    {
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin);
        await Platform.RunAsync(client.Admin, "bad");
        await Platform.RunAsync(client.Admin, "good");
        await Platform.SendAsync(client.Admin, Platform.Event("bad", WorkflowPhase.Failing, new string('x', 3 * Limit)));
        await Platform.SendAsync(client.Admin, Platform.Event("bad", WorkflowPhase.Failed));
        await Platform.SendAsync(client.Admin, Platform.Event("good", WorkflowPhase.Succeeding));
        await Platform.SendAsync(client.Admin, Platform.Event("good", WorkflowPhase.Succeeded));
    }

    private static void AssertTold(IReadOnlyList<Told> told)
    {
        Assert.Equal(6, told.Count);
        foreach (var execution in told.GroupBy(one => one.Key))
            Assert.Equal(execution.Select(one => one["sequence"]).Order(StringComparer.Ordinal), execution.Select(one => one["sequence"]));
        var gap = JsonElement.Parse(Assert.Single(told, one => one["type"] == Gap).Data);
        Assert.Equal("com.flyte.resource.flyteidl.admin.WorkflowExecutionEventRequest", gap.GetProperty("type").GetString());
        Assert.Equal(2, long.Parse(gap.GetProperty("sequence").GetString()!, CultureInfo.InvariantCulture));
        Assert.True(gap.GetProperty("size").GetInt32() > Limit);
    }

    private static async Task AssertSeenAsync(ServerProcess server, string sink, string type, string reason)
    {
        // Cursors are saved a moment after what they passed has arrived.
        await Eventually.PassesAsync(async () =>
            Assert.Matches($@"^{sink} +{type} +running +0 +0 +1  \S", (await RunAsync(server, "sinks", "list"))[1])
        );
        Assert.Contains(await RunAsync(server, "sinks", "show", sink), line => line == "Quarantined  1 messages");

        var quarantine = await RunAsync(server, "sinks", "quarantine", sink);
        Assert.Equal(2, quarantine.Count);
        Assert.Contains("  flytesnacks/development/bad  ", quarantine[1], StringComparison.Ordinal);
        Assert.Contains(reason, quarantine[1], StringComparison.Ordinal);
        var kept = JsonElement.Parse(Assert.Single(await RunAsync(server, "sinks", "quarantine", "-o", "json")));
        Assert.Equal(sink, kept.GetProperty("sink").GetString());
        Assert.True(kept.GetProperty("payload").GetBytesFromBase64().Length > Limit);
        Assert.Contains(
            $"there are: {sink}",
            string.Concat(await RunAsync(server, 2, "sinks", "show", "nobody")),
            StringComparison.Ordinal
        );

        using var http = new HttpClient { BaseAddress = server.Http };
        await Eventually.PassesAsync(async () =>
        {
            var text = await http.GetStringAsync("metrics", ScenarioServer.Token);
            Assert.Contains($"\ntransponder_egress_quarantined_total{{sink=\"{sink}\"}} 1", text, StringComparison.Ordinal);
            Assert.Contains($"\ntransponder_egress_published_total{{sink=\"{sink}\"}} 6", text, StringComparison.Ordinal);
        });
    }

    private static Task<IReadOnlyList<string>> RunAsync(ServerProcess server, params string[] arguments) => RunAsync(server, 0, arguments);

    private static async Task<IReadOnlyList<string>> RunAsync(ServerProcess server, int code, params string[] arguments)
    {
        await using var process = ServerProcess.Run([.. arguments, "--server", $"{server.Grpc}"]);
        Assert.True(await process.ExitAsync() == code, $"transponder {string.Join(' ', arguments)}\n{process.Output}");
        return [.. process.Lines.Where(line => line.Length > 0)];
    }
}
