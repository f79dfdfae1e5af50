using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Prometheus finds at /metrics what came in, what it cost to keep, and what went out.</summary>
[Trait("needs", "servers")]
public sealed class MetricsTellTheStory
{
    private static readonly string[] Series =
    [
        "transponder_events_total{kind=\"workflow\",outcome=\"accepted\"} 2",
        "transponder_events_total{kind=\"node\",outcome=\"already_exists\"} 1",
        "transponder_commit_batch_size_count ",
        "transponder_commit_duration_seconds_sum ",
        "transponder_delivery_backlog{channel=\"hook\"} 0",
        "transponder_delivery_backlog_age_seconds{channel=\"hook\"} 0",
        "transponder_deliveries_total{channel=\"hook\",state=\"delivered\",reason=\"ok\"} 1",
        "process_cpu_seconds_total ",
        "process_resident_memory_bytes ",
        "dotnet_gc_heap_total_allocated_bytes_total ",
    ];

    [Fact]
    public async Task OfOneExecution()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(ScenarioConfig.Webhooks(("hook", receiver.Url)));
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Failed], "hook"));
        await Platform.RunAsync(client.Admin, "run");
        await Platform.SendAsync(client.Admin, Platform.NodeEvent("run", NodePhase.Running));
        await Assert.ThrowsAsync<RpcException>(() => Platform.SendAsync(client.Admin, Platform.NodeEvent("run", NodePhase.Running)));
        await Platform.SendAsync(client.Admin, Platform.Event("run", WorkflowPhase.Failed));
        await receiver.ReceivedAsync(1);

        using var http = new HttpClient { BaseAddress = server.Http };
        await Eventually.PassesAsync(async () =>
        {
            var text = await http.GetStringAsync("metrics", ScenarioServer.Token);
            Assert.All(Series, series => Assert.Contains($"\n{series}", text, StringComparison.Ordinal));
        });
    }
}
