using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.PagerDuty;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.PagerDuty;

public sealed class PagerDutyNotifierTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Message Example = new()
    {
        Id = "dlv_01J",
        Title = "my_wf has failed",
        Body = "It broke: <row 17> Größe",
        Severity = Severity.Error,
        Incident = new Incident("launch-plan/flytesnacks/development/my_plan", IncidentAction.Trigger),
        CreatedAt = Now.AddMinutes(-1),
        Execution = new ExecutionInfo
        {
            Project = "flytesnacks",
            Domain = "development",
            Name = "f1a2b3c4",
            Phase = "failed",
            Workflow = new EntityInfo("flytesnacks", "development", "my_wf", "v1"),
            LaunchPlan = new EntityInfo("flytesnacks", "development", "my_plan", "v2"),
            ErrorCode = "USER:Boom",
            ErrorKind = "user",
            ErrorMessage = "column “price” <row 17>",
            StartedAt = Now.AddSeconds(-70),
            EndedAt = Now.AddSeconds(-5.5),
            Duration = TimeSpan.FromSeconds(64.5),
            AbortCause = "why",
            AbortPrincipal = "ada",
            Cluster = "c1",
            ConsoleUrl = "https://flyte.example.com/x?a=1&b=2",
            Labels = new Dictionary<string, string> { ["team"] = "ml" },
        },
    };

    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private PagerDutyServer _pager = null!;

    public async ValueTask InitializeAsync() => _pager = await PagerDutyServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _pager.DisposeAsync();
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task Send_AnyMessage_FitsThePublishedSchema()
    {
        foreach (var message in SampleMessage.All)
            Outcome.Is<DeliveryResult.Delivered>(await SendAsync(message));
        await SendAsync(Example with { Incident = Example.Incident! with { Action = IncidentAction.Resolve } });

        Assert.Empty(await PayloadSchema.ProblemsAsync("PagerDuty/events-v2.schema.json", _pager.Events));
        var wrong = JsonElement.Parse("""{"routing_key":"short","event_action":"trigger","payload":{"summary":"s"},"extra":1}""");
        Assert.InRange((await PayloadSchema.ProblemsAsync("PagerDuty/events-v2.schema.json", [wrong])).Count, 4, 10);
    }

    [Fact]
    public async Task Send_Trigger_PostsTheDocumentedJson()
    {
        var delivered = Outcome.Is<DeliveryResult.Delivered>(await SendAsync(Example));

        var documented = JsonElement.Parse(
            File.ReadAllText(Repository.File("docs/channels/pagerduty.md")).Split("```json")[1].Split("```")[0]
        );
        Assert.Equal(JsonSerializer.Serialize(documented), JsonSerializer.Serialize(Assert.Single(_pager.Events)));
        Assert.Equal("launch-plan/flytesnacks/development/my_plan", delivered.Receipt);
    }

    [Fact]
    public async Task Send_FailingAgainThenSucceeding_IsOneIncidentThatEnds()
    {
        await SendAsync(Example);
        await SendAsync(Example with { Id = "dlv_02J" });
        Assert.Equal(["launch-plan/flytesnacks/development/my_plan"], _pager.Open);

        await SendAsync(Example with { Id = "dlv_03J", Incident = Example.Incident! with { Action = IncidentAction.Resolve } });

        Assert.Empty(_pager.Open);
        Assert.Equal(
            $$"""{"routing_key":"{{PagerDutyServer.Key}}","event_action":"resolve","dedup_key":"launch-plan/flytesnacks/development/my_plan"}""",
            JsonSerializer.Serialize(_pager.Events[2])
        );
    }

    [Fact]
    public async Task Send_KeyThatPagerDutyCannotTake_IsHashedAlike()
    {
        var odd = new Incident(new string('k', 400), IncidentAction.Trigger);
        await SendAsync(Example with { Incident = odd });
        await SendAsync(Example with { Incident = odd with { Action = IncidentAction.Resolve } });
        await SendAsync(Example with { Incident = new Incident("größe plan", IncidentAction.Trigger) });
        await SendAsync(Example with { Incident = null });

        var keys = _pager.Events.Select(e => e.GetProperty("dedup_key").GetString()!).ToList();
        Assert.Equal(keys[0], keys[1]);
        Assert.Matches("^sha256:[0-9a-f]{64}$", keys[0]);
        Assert.Matches("^sha256:[0-9a-f]{64}$", keys[2]);
        Assert.NotEqual(keys[0], keys[2]);
        Assert.Equal("dlv_01J", keys[3]);
    }

    [Theory]
    [InlineData("failed", Severity.Error, "critical")]
    [InlineData("timed_out", Severity.Error, "error")]
    [InlineData("aborted", Severity.Warning, "warning")]
    [InlineData("succeeded", Severity.Info, "info")]
    public async Task Send_Severity_IsThePhasesOrTheMessages(string phase, Severity severity, string expected)
    {
        var options = Options() with { Severities = new Dictionary<string, PagerDutySeverity> { ["failed"] = PagerDutySeverity.Critical } };

        await SendAsync(Example with { Severity = severity, Execution = Example.Execution! with { Phase = phase } }, options);

        Assert.Equal(expected, _pager.Events[0].GetProperty("payload").GetProperty("severity").GetString());
    }

    [Theory]
    [InlineData("x", 2_000_000)]
    [InlineData("\"\\", 1_000_000)]
    [InlineData("\U0001F680", 500_000)]
    [InlineData("\0\u202E<!channel>\r\n", 50_000)]
    public async Task Send_AnyLengthOfText_StaysWithinPagerDutysLimits(string unit, int count)
    {
        var text = string.Concat(Enumerable.Repeat(unit, count));
        var labels = Enumerable.Range(0, 1000).ToDictionary(i => $"label-{i}", _ => text[..2000]);
        var execution = Example.Execution! with { Name = text, ErrorMessage = text, ErrorCode = text, AbortCause = text, Labels = labels };

        var result = await SendAsync(Example with { Title = text, Body = text, Execution = execution });

        Outcome.Is<DeliveryResult.Delivered>(result);
        Assert.DoesNotContain('\uFFFD', _pager.Events[0].GetRawText());
    }

    [Fact]
    public async Task Send_ConsoleUrlThatIsNone_MakesNoLink()
    {
        await SendAsync(Example with { Execution = Example.Execution! with { ConsoleUrl = "javascript:alert(1)" } });

        Assert.False(_pager.Events[0].TryGetProperty("links", out _));
        Assert.False(_pager.Events[0].TryGetProperty("client_url", out _));
    }

    [Theory]
    [InlineData(400, "summary is missing", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(400, "Length of 'routing_key' is incorrect", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(400, "Invalid routing key", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(403, "no", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(404, "no", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(413, "no", DeliveryReason.MessageRejected, RejectionScope.Message)]
    public async Task Send_Refusal_MeansWhatThePageSays(int status, string error, DeliveryReason reason, RejectionScope scope)
    {
        _pager.Trouble = _ => PagerDutyServer.Refuse(error) with { Status = status };

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(Example));

        Assert.Equal((reason, scope), (rejected.Reason, rejected.Scope));
    }

    [Theory]
    [InlineData(200, "<html>", DeliveryReason.ProtocolError)]
    [InlineData(200, "", DeliveryReason.ProtocolError)]
    [InlineData(200, "{\"status\":", DeliveryReason.ProtocolError)]
    [InlineData(503, "", DeliveryReason.ServerError)]
    [InlineData(429, "", DeliveryReason.Throttled)]
    public async Task Send_Trouble_IsTriedAgain(int status, string body, DeliveryReason reason)
    {
        _pager.Trouble = _ => ReceiverAnswer.Of(status, body);

        Assert.Equal(reason, Outcome.Is<DeliveryResult.Retry>(await SendAsync(Example)).Reason);
    }

    [Fact]
    public async Task Send_AcceptedButGarbled_IsDelivered()
    {
        _pager.Trouble = _ => ReceiverAnswer.Of(202, new string('x', 1 << 20));

        Outcome.Is<DeliveryResult.Delivered>(await SendAsync(Example));
    }

    [Fact]
    public async Task Send_Redirect_IsNotFollowed()
    {
        _pager.Trouble = _ => ReceiverAnswer.Redirect(_pager.EventsUrl);

        Assert.Equal(DeliveryReason.Redirected, (await SendAsync(Example)).Reason);
        Assert.Single(_pager.Requests);
    }

    [Fact]
    public void Check_Mistakes_AreNamedWithTheirKeys()
    {
        Assert.Empty(Options().Check(_http.Options.Policy));
        var wrong = Options() with
        {
            RoutingKey = SecretRef.FromValue("two words"),
            EventsUrl = "ftp://x",
            Timeout = TimeSpan.FromMinutes(1),
        };
        var problems = wrong.Check(OutboundPolicy.Strict).ToList();
        Assert.Equal(["routingKey", "eventsUrl", "timeout"], problems.Select(p => p.Key));
        Assert.All(problems, p => Assert.DoesNotContain("two words", p.Problem));
    }

    private PagerDutyOptions Options() =>
        new()
        {
            RoutingKey = SecretRef.FromValue(PagerDutyServer.Key),
            EventsUrl = _pager.EventsUrl,
            Timeout = LoopbackHttp.Patience,
        };

    private async Task<DeliveryResult> SendAsync(Message message, PagerDutyOptions? options = null)
    {
        await using var notifier = new PagerDutyNotifier(options ?? Options(), _http);
        return await notifier.SendAsync(message, TestContext.Current.CancellationToken);
    }
}
