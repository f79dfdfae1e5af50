using System.Text;
using Transponder.Tests.Rig;
using Transponder.Tests.Scenarios;
using Xunit;

namespace Transponder.Tests.Server.Telemetry;

/// <summary>A collector gets the spans of a call and its delivery, metrics and logs; one that is down harms nothing.</summary>
[Trait("needs", "servers")]
public sealed class TelemetryExportTests
{
    [Fact]
    public async Task Collector_OverHttp_GetsTracesMetricsAndLogs()
    {
        await using var collector = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var telemetry =
            $"telemetry: {{ otlp: {{ endpoint: 'http://127.0.0.1:{collector.Port}', protocol: http/protobuf, timeout: 60s, headers: {{ x-token: secret-1 }} }}, "
            + "traces: { ratio: 1 }, metrics: { interval: 1s } }\n";
        await using (var server = await ScenarioServer.StartAsync(ScenarioConfig.Webhooks(("hook", receiver.Url)) + telemetry))
        {
            await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook"));
            await Platform.PlayAsync(server.Client.Admin, "run", WorkflowPhase.Succeeded);
            await receiver.ReceivedAsync(1);
            await Eventually.PassesAsync(() =>
            {
                Assert.Contains("deliver hook", Sent(collector, "/v1/traces"), StringComparison.Ordinal);
                Assert.Contains(
                    "/flyteidl.service.AdminService/CreateWorkflowEvent",
                    Sent(collector, "/v1/traces"),
                    StringComparison.Ordinal
                );
                Assert.Contains("transponder.events", Sent(collector, "/v1/metrics"), StringComparison.Ordinal);
                return Task.CompletedTask;
            });
        }

        await Eventually.TrueAsync(() => Sent(collector, "/v1/logs").Length > 0, "the logs of its end");
        Assert.All(collector.Received, request => Assert.Equal("secret-1", request.Header("x-token")));
        Assert.All(collector.Received, request => Assert.Equal("application/x-protobuf", request.Header("content-type")));
    }

    [Fact]
    public async Task Collector_Down_HarmsNothing()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var closed = new ClosedPort();
        var telemetry = $"telemetry: {{ otlp: {{ endpoint: 'http://127.0.0.1:{closed.Number}' }}, traces: {{ ratio: 1 }} }}\n";
        await using var server = await ScenarioServer.StartAsync(ScenarioConfig.Webhooks(("hook", receiver.Url)) + telemetry);
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook"));

        await Platform.PlayAsync(server.Client.Admin, "run", WorkflowPhase.Succeeded);

        await receiver.ReceivedAsync(1);
    }

    // Protobuf keeps texts as they are.
    private static string Sent(WebhookReceiver collector, string path) =>
        string.Concat(
            collector
                .Received.Where(request => request.Path.StartsWith(path, StringComparison.Ordinal))
                .Select(request => Encoding.UTF8.GetString(request.Body))
        );
}
