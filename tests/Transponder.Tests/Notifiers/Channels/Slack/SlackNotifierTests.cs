using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Slack;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Slack;

public sealed class SlackNotifierTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Message Example = new()
    {
        Id = "dlv_01J",
        Target = "#alerts",
        Title = "my_wf has failed",
        Body = "*It broke*: column “price” &lt;row 17&gt; Größe 👩‍💻",
        Format = BodyFormat.Mrkdwn,
        Severity = Severity.Error,
        ThreadKey = "flytesnacks/development/f1a2b3c4",
        CreatedAt = Now,
        Execution = new ExecutionInfo
        {
            Project = "flytesnacks",
            Domain = "development",
            Name = "f1a2b3c4",
            Phase = "failed",
            Workflow = new EntityInfo("flytesnacks", "development", "my_wf", "v1"),
            LaunchPlan = new EntityInfo("flytesnacks", "development", "my_plan", "v2"),
            ErrorCode = "USER:Boom",
            Duration = TimeSpan.FromSeconds(64.5),
            Cluster = "c1",
            ConsoleUrl = "https://flyte.example.com/x?a=1&b=2",
        },
    };

    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private SlackServer _slack = null!;

    public async ValueTask InitializeAsync() => _slack = await SlackServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _slack.DisposeAsync();
    }

    [Fact]
    public async Task Send_AsBot_PostsTheDocumentedJson()
    {
        await DeliverAsync(Example);

        Assert.Equal("/api/chat.postMessage", _slack.Requests[0].Path);
        Assert.Equal("application/json; charset=utf-8", _slack.Requests[0].Header("Content-Type"));
        Assert.Equal(Documented(), Compact(_slack.Requests[0].Json));
    }

    [Fact]
    public async Task Send_ByWebhook_PostsTheSameWithoutChannelAndThread()
    {
        await DeliverAsync(Example with { Target = null, ThreadReceipt = "C0ALERTS/1700000000.000001" }, Hook());

        Assert.Equal(Documented().Replace("\"channel\":\"#alerts\",", ""), Compact(_slack.Requests[0].Json));
    }

    [Fact]
    public async Task Send_OfOneExecution_KeepsOneThreadInTheFirstMessagesChannel()
    {
        var first = await DeliverAsync(Example);
        var second = await DeliverAsync(Example with { Id = "dlv_02J", ThreadReceipt = first.Receipt });
        await DeliverAsync(Example with { Id = "dlv_03J", ThreadReceipt = first.Receipt });

        Assert.Equal("C0ALERTS/1700000000.000001", first.Receipt);
        Assert.Equal("C0ALERTS/1700000000.000002", second.Receipt);
        Assert.Equal([null, "1700000000.000001", "1700000000.000001"], _slack.Posted.Select(p => p.Thread));
        Assert.Equal(["#alerts", "C0ALERTS", "C0ALERTS"], _slack.Requests.Select(r => r.Json.GetProperty("channel").GetString()));
    }

    [Fact]
    public async Task Send_IntoADeletedThread_PostsByItself()
    {
        var first = await DeliverAsync(Example);
        _slack.Delete("1700000000.000001");

        var second = await DeliverAsync(Example with { ThreadReceipt = first.Receipt });

        Assert.Equal("C0ALERTS/1700000000.000002", second.Receipt);
        Assert.Null(_slack.Posted[1].Thread);
        Assert.Equal(3, _slack.Requests.Count);
    }

    [Theory]
    [InlineData("no receipt")]
    [InlineData("/")]
    [InlineData("C0ALERTS/")]
    public async Task Send_ReceiptThatIsNone_PostsByItself(string receipt)
    {
        await DeliverAsync(Example with { ThreadReceipt = receipt });

        Assert.Null(Assert.Single(_slack.Posted).Thread);
    }

    [Fact]
    public async Task Send_WithoutTarget_GoesToTheDefaultChannel()
    {
        await DeliverAsync(Example with { Target = null }, Bot() with { Channel = "#ops" });

        Assert.Equal("C0OPS", Assert.Single(_slack.Posted).Channel);
    }

    [Theory]
    [InlineData(Severity.Error, "🔴")]
    [InlineData(Severity.Warning, "🟠")]
    [InlineData(Severity.Info, "🟢")]
    public async Task Send_Severity_IsTheHeadlinesMark(Severity severity, string mark)
    {
        await DeliverAsync(Example with { Severity = severity });

        Assert.StartsWith(mark + " ", _slack.Posted[0].Json.GetProperty("text").GetString());
        Assert.StartsWith(mark + " ", _slack.Posted[0].Blocks[0].GetProperty("text").GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("ratelimited", typeof(DeliveryResult.Retry), DeliveryReason.Throttled)]
    [InlineData("rate_limited", typeof(DeliveryResult.Retry), DeliveryReason.Throttled)]
    [InlineData("internal_error", typeof(DeliveryResult.Retry), DeliveryReason.ServerError)]
    [InlineData("service_unavailable", typeof(DeliveryResult.Retry), DeliveryReason.ServerError)]
    [InlineData("an_error_of_next_year", typeof(DeliveryResult.Retry), DeliveryReason.ServerError)]
    [InlineData("invalid_auth", typeof(DeliveryResult.Rejected), DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData("token_revoked", typeof(DeliveryResult.Rejected), DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData("account_inactive", typeof(DeliveryResult.Rejected), DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData("missing_scope", typeof(DeliveryResult.Rejected), DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData("channel_not_found", typeof(DeliveryResult.Rejected), DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData("not_in_channel", typeof(DeliveryResult.Rejected), DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData("is_archived", typeof(DeliveryResult.Rejected), DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData("msg_too_long", typeof(DeliveryResult.Rejected), DeliveryReason.MessageRejected)]
    [InlineData("invalid_blocks", typeof(DeliveryResult.Rejected), DeliveryReason.MessageRejected)]
    public async Task Send_OkFalse_MeansWhatTheCodeSays(
        string code,
        Type type,
        DeliveryReason reason,
        RejectionScope scope = RejectionScope.Message
    )
    {
        _slack.Trouble = _ => SlackServer.Error(code);

        var result = await SendAsync(Example, Bot());

        Assert.IsType(type, result);
        Assert.Equal((reason, $"Slack answered {code}"), (result.Reason, result.Detail));
        Assert.Equal(scope, (result as DeliveryResult.Rejected)?.Scope ?? RejectionScope.Message);
    }

    [Fact]
    public async Task Send_DefaultChannelIsGone_ParksTheDestination()
    {
        var result = await SendAsync(Example with { Target = null }, Bot() with { Channel = "#nowhere" });

        var rejected = Outcome.Is<DeliveryResult.Rejected>(result);
        Assert.Equal((DeliveryReason.DestinationGone, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
    }

    [Theory]
    [InlineData(404, "no_service", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(403, "invalid_token", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(403, "action_prohibited", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(404, "channel_not_found", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(410, "channel_is_archived", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(400, "invalid_payload", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(400, "something else", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(200, "invalid_blocks", DeliveryReason.MessageRejected, RejectionScope.Message)]
    public async Task Send_WebhooksAnswer_MeansWhatTheWordSays(int status, string word, DeliveryReason reason, RejectionScope scope)
    {
        _slack.Trouble = _ => ReceiverAnswer.Of(status, word);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(Example with { Target = null }, Hook()));

        Assert.Equal((reason, scope), (rejected.Reason, rejected.Scope));
    }

    [Fact]
    public async Task Send_RetryAfter_IsPassedOn()
    {
        _slack.Trouble = _ => ReceiverAnswer.RetryAfter(429, "30");

        var retry = Outcome.Is<DeliveryResult.Retry>(await SendAsync(Example, Bot()));

        Assert.Equal((DeliveryReason.Throttled, TimeSpan.FromSeconds(30)), (retry.Reason, retry.After));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Sign in to the hotel's network</html>")]
    [InlineData("{\"ok\":")]
    [InlineData("[]")]
    [InlineData("""{"ok":"true"}""")]
    public async Task Send_AnswerThatIsNotSlacks_IsTriedAgain(string body)
    {
        _slack.Trouble = _ => ReceiverAnswer.Of(200, body);

        foreach (var (message, options) in BothWays())
            Assert.Equal(DeliveryReason.ProtocolError, Outcome.Is<DeliveryResult.Retry>(await SendAsync(message, options)).Reason);
    }

    [Fact]
    public async Task Send_OversizeAnswer_IsReadToItsCapOnly()
    {
        _slack.Trouble = _ => ReceiverAnswer.Of(200, """{"ok":true,"channel":"C1","ts":"1","x":" """ + new string('x', 1 << 20) + "\"}");

        foreach (var (message, options) in BothWays())
            Assert.Equal(DeliveryReason.ProtocolError, (await SendAsync(message, options)).Reason);
    }

    [Fact]
    public async Task Send_AnswerBreaksOff_IsTriedAgain()
    {
        _slack.Trouble = _ => ReceiverAnswer.Of(200, """{"ok":true""") with { ClosedInBody = true };

        Assert.Equal(DeliveryReason.ProtocolError, Outcome.Is<DeliveryResult.Retry>(await SendAsync(Example, Bot())).Reason);
    }

    [Fact]
    public async Task Send_Redirect_IsNotFollowed()
    {
        _slack.Trouble = _ => ReceiverAnswer.Redirect(_slack.WebhookUrl);

        foreach (var (message, options) in BothWays())
            Assert.Equal(DeliveryReason.Redirected, Outcome.Is<DeliveryResult.Rejected>(await SendAsync(message, options)).Reason);
        Assert.Equal(2, _slack.Requests.Count);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task Send_AnswerEchoesTheSecret_IsScrubbed(int status)
    {
        _slack.Trouble = r => ReceiverAnswer.Of(status, $$"""{"ok":false,"error":"{{r.Header("Authorization")}} {{r.Path}}"}""");

        foreach (var (message, options) in BothWays())
        {
            var detail = (await SendAsync(message, options)).Detail;
            Assert.NotEqual("", detail);
            Assert.DoesNotContain("sesame", detail);
        }
    }

    [Fact]
    public async Task Send_SecretThatCannotBeRead_ParksTheDestinationAndNamesThePlace()
    {
        var absent = SecretRef.FromEnvironment("TRANSPONDER_TEST_ABSENT");

        foreach (var options in new[] { Bot() with { BotToken = absent, Channel = "#ops" }, Hook() with { WebhookUrl = absent } })
        {
            var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(Example with { Target = null }, options));
            Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
            Assert.Equal("environment variable TRANSPONDER_TEST_ABSENT is not set", rejected.Detail);
        }
        Assert.Empty(_slack.Requests);
    }

    private IEnumerable<(Message, SlackOptions)> BothWays() => [(Example, Bot()), (Example with { Target = null }, Hook())];

    private SlackOptions Bot() =>
        new()
        {
            BotToken = SecretRef.FromValue(SlackServer.Token),
            ApiUrl = _slack.ApiUrl,
            Timeout = LoopbackHttp.Patience,
        };

    private SlackOptions Hook() => new() { WebhookUrl = SecretRef.FromValue(_slack.WebhookUrl), Timeout = LoopbackHttp.Patience };

    private async Task<DeliveryResult> SendAsync(Message message, SlackOptions options)
    {
        await using var notifier = new SlackNotifier(options, _http);
        return await notifier.SendAsync(message, TestContext.Current.CancellationToken);
    }

    private async Task<DeliveryResult.Delivered> DeliverAsync(Message message, SlackOptions? options = null) =>
        Outcome.Is<DeliveryResult.Delivered>(await SendAsync(message, options ?? Bot()));

    private static string Documented() =>
        Compact(JsonElement.Parse(File.ReadAllText(Repository.File("docs/channels/slack.md")).Split("```json")[1].Split("```")[0]));

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}
