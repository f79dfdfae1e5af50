using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A caller's trace goes on through the event's call, its commit, its deliveries and their providers.</summary>
[Trait("needs", "servers")]
public sealed class OneTraceTellsTheStory(PostgresCluster cluster)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task OverSqlite(bool rest) => TraceAsync(postgres: null, rest);

    [Fact]
    public async Task OverPostgres() => await TraceAsync(await cluster.CreateDatabaseAsync(), rest: false);

    private static async Task TraceAsync(string? postgres, bool rest)
    {
        await using var collector = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var mail = await AiosmtpdServer.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Of(503));
        await using var server = await ServerProcess.StartAsync(Config(collector, receiver, mail), postgres);
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook", "ann@example.com"));
        await Platform.RunAsync(client.Admin, "run");

        var trace = await SendTracedAsync(server, Platform.Event("run", WorkflowPhase.Succeeded), rest);

        var requests = await receiver.ReceivedAsync(2);
        Assert.All(requests, request => Assert.StartsWith($"00-{trace}-", request.Header("traceparent"), StringComparison.Ordinal));
        await Eventually.PassesAsync(() =>
        {
            AssertStory([.. Spans(collector).Where(span => span.TraceId == trace)], rest);
            return Task.CompletedTask;
        });
        Assert.DoesNotContain(
            Spans(collector).SelectMany(span => span.Tags.Values),
            value => value.Contains("/hook", StringComparison.Ordinal)
        );
    }

    private static void AssertStory(List<OtlpSpan> spans, bool rest)
    {
        var call = Assert.Single(
            spans,
            span => span.Name == (rest ? "POST /api/v1/events/workflows" : "/flyteidl.service.AdminService/CreateWorkflowEvent")
        );
        var commit = Assert.Single(spans, span => span.Name == "commit workflow");
        Assert.Equal(call.SpanId, commit.ParentId);
        var attempts = spans.Where(span => span.Name == "deliver hook").ToList();
        Assert.Equal(["server_error", "ok"], attempts.Select(span => span.Tags["transponder.reason"]));
        var mailing = Assert.Single(spans, span => span.Name == "deliver email");
        Assert.All([.. attempts, mailing], attempt => Assert.Equal((commit.SpanId, 5), (attempt.ParentId, attempt.Kind)));
        var posts = spans.Where(span => span.Name == "POST").ToList();
        Assert.Equal(attempts.Select(span => span.SpanId), posts.Select(span => span.ParentId));
        Assert.Equal(mailing.SpanId, Assert.Single(spans, span => span.Name == "SMTP").ParentId);
    }

    /// <summary>Sends an event as part of a recorded trace, and returns the trace's id.</summary>
    private static async Task<string> SendTracedAsync(ServerProcess server, IMessage request, bool rest)
    {
        using var caller = new Activity("propeller").SetIdFormat(ActivityIdFormat.W3C);
        caller.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        caller.Start();
        if (rest)
        {
            using var http = new HttpClient { BaseAddress = server.Http };
            using var body = new StringContent(JsonFormatter.Default.Format(request), Encoding.UTF8, "text/plain");
            (await http.PostAsync("api/v1/events/workflows", body, ScenarioServer.Token)).EnsureSuccessStatusCode();
        }
        else
        {
            using var client = server.Connect();
            await Platform.SendAsync(client.Admin, request);
        }
        return caller.TraceId.ToHexString();
    }

    private static List<OtlpSpan> Spans(WebhookReceiver collector) =>
        [.. collector.Received.Where(request => request.Path == "/v1/traces").SelectMany(request => OtlpSpan.Read(request.Body))];

    private static string Config(WebhookReceiver collector, WebhookReceiver receiver, AiosmtpdServer mail) =>
        ScenarioConfig.Mail(mail.Port)
        + $$"""
            channels: { hook: { type: webhook, url: '{{receiver.Url}}', timeout: 30s, traceContext: true } }
            outbound: { allow: [ 127.0.0.0/8 ] }
            telemetry:
              otlp: { endpoint: 'http://127.0.0.1:{{collector.Port}}', protocol: http/protobuf }
              traces: { ratio: 0 }
              metrics: { enabled: false }
              logs: { enabled: false }

            """;
}
