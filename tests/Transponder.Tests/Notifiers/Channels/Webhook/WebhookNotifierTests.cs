using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Webhook;

public sealed class WebhookNotifierTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Message Example = new()
    {
        Id = "dlv_01J",
        Title = "my_wf has failed",
        Body = "<p>It broke: Größe 👩‍💻</p>",
        Format = BodyFormat.Html,
        Severity = Severity.Error,
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
            ErrorMessage = "</script> \"it\" broke\r\n\0",
            StartedAt = Now.AddSeconds(-70),
            EndedAt = Now.AddSeconds(-5.5),
            Duration = TimeSpan.FromSeconds(64.5),
            AbortCause = "why",
            AbortPrincipal = "ada",
            Cluster = "c1",
            ConsoleUrl = "https://flyte.example.com/x",
            Labels = new Dictionary<string, string> { ["team"] = "ml" },
        },
    };

    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private readonly FakeTimeProvider _clock = new(Now);
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Send_Native_PostsTheDocumentedJson()
    {
        var request = await DeliverAsync(Options(), Example);

        Assert.Equal(("POST", "/hook"), (request.Method, request.Path));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal(JsonSerializer.Serialize(JsonElement.Parse(DocumentedJson())), JsonSerializer.Serialize(request.Json));
    }

    [Fact]
    public async Task Send_WithLittle_LeavesOutWhatIsUnknown()
    {
        var message = new Message
        {
            Id = "m",
            Title = "t",
            Body = "b",
            CreatedAt = Now,
        };

        var request = await DeliverAsync(Options(), message);

        Assert.Equal(
            """{"id":"m","type":"notification","createdAt":"2026-01-02T03:04:05Z","title":"t","body":"b","bodyFormat":"text","severity":"info"}""",
            System.Text.Encoding.UTF8.GetString(request.Body)
        );
        Assert.Equal("", request.Header("webhook-signature"));
    }

    [Fact]
    public async Task Send_Signed_CanBeVerifiedWithEverySecret()
    {
        var request = await DeliverAsync(
            Options() with
            {
                SigningSecret = SecretRef.FromValue(Secret),
                PreviousSigningSecrets = [SecretRef.FromValue("an older one")],
            },
            Example
        );

        Assert.All([Secret, "an older one"], secret => Assert.True(Verify(request, secret)));
        Assert.False(Verify(request, "another"));
        Assert.Equal("dlv_01J", request.Header("webhook-id"));
        Assert.Equal("1767323045", request.Header("webhook-timestamp"));
    }

    [Fact]
    public async Task Send_Again_KeepsIdAndBodyAndSignsTheNewMoment()
    {
        var options = Options() with { SigningSecret = SecretRef.FromValue(Secret) };
        var first = await DeliverAsync(options, Example);
        _clock.Advance(TimeSpan.FromHours(1));
        var second = await DeliverAsync(options, Example with { Replay = true });

        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Header("webhook-id"), second.Header("webhook-id"));
        Assert.NotEqual(first.Header("webhook-timestamp"), second.Header("webhook-timestamp"));
        Assert.Equal(("", "true"), (first.Header("transponder-replay"), second.Header("transponder-replay")));
        Assert.True(Verify(second, Secret));
    }

    [Fact]
    public async Task Send_CloudEvents_PutsTheAttributesIntoHeaders()
    {
        var message = Example with { Execution = Example.Execution! with { Name = "Größe 100% \"x\"" } };

        var request = await DeliverAsync(
            Options() with
            {
                Format = WebhookFormat.CloudEvents,
                Source = "https://flyte.example.com/",
            },
            message
        );

        Assert.Equal("1.0", request.Header("ce-specversion"));
        Assert.Equal("dlv_01J", request.Header("ce-id"));
        Assert.Equal("https://flyte.example.com/", request.Header("ce-source"));
        Assert.Equal("dev.transponder.notification.failed", request.Header("ce-type"));
        Assert.Equal("2026-01-02T03:03:05Z", request.Header("ce-time"));
        Assert.Equal("flytesnacks/development/Gr%C3%B6%C3%9Fe%20100%25%20%22x%22", request.Header("ce-subject"));
        Assert.Equal("notification.failed", request.Json.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Send_OperatorsHeaders_AreSentAndReplaceTheUserAgent()
    {
        var request = await DeliverAsync(
            Options() with
            {
                Headers = new Dictionary<string, SecretRef>
                {
                    ["Authorization"] = SecretRef.FromValue("Bearer sesame"),
                    ["X-Team"] = SecretRef.FromValue("a, b"),
                    ["User-Agent"] = SecretRef.FromValue("ours/1"),
                },
            },
            Example
        );

        Assert.Equal(
            ("Bearer sesame", "a, b", "ours/1"),
            (request.Header("Authorization"), request.Header("X-Team"), request.Header("User-Agent"))
        );
    }

    [Fact]
    public async Task Send_SecretRotatedInItsFile_SignsWithTheNewOne()
    {
        using var folder = new TempDirectory();
        var options = Options() with { SigningSecret = SecretRef.FromFile(folder.Write("secret", "first\n")) };
        await using var notifier = new WebhookNotifier(options, _http, _clock);
        await notifier.SendAsync(Example, TestContext.Current.CancellationToken);
        folder.Write("secret", "second\n");
        await notifier.SendAsync(Example, TestContext.Current.CancellationToken);

        Assert.True(Verify(_receiver.Received[0], "first"));
        Assert.True(Verify(_receiver.Received[1], "second"));
    }

    [Fact]
    public async Task Send_SecretThatCannotBeRead_ParksTheDestinationAndNamesThePlace()
    {
        var options = Options() with { SigningSecret = SecretRef.FromEnvironment("TRANSPONDER_TEST_ABSENT") };

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(options, Example));

        Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
        Assert.Equal("environment variable TRANSPONDER_TEST_ABSENT is not set", rejected.Detail);
        Assert.Empty(_receiver.Received);
    }

    [Fact]
    public async Task Send_NoAnswerInTime_IsTimeout()
    {
        _receiver.AnswerNext(ReceiverAnswer.Hang);

        var result = await SendAsync(Options() with { Timeout = TimeSpan.FromMilliseconds(200) }, Example);

        Assert.Equal(DeliveryReason.Timeout, Outcome.Is<DeliveryResult.Retry>(result).Reason);
    }

    [Fact]
    public async Task Send_UrlUnderTheStrictPolicy_IsBlocked()
    {
        using var strict = new OutboundHttp();
        var url = _receiver.Url.Replace("http:", "https:", StringComparison.Ordinal);
        await using var notifier = new WebhookNotifier(Options() with { Url = SecretRef.FromValue(url) }, strict, _clock);

        var result = await notifier.SendAsync(Example, TestContext.Current.CancellationToken);

        Assert.Equal(DeliveryReason.BlockedAddress, result.Reason);
        Assert.Empty(_receiver.Received);
    }

    [Fact]
    public async Task Send_WithATarget_IsInvalidAddress() =>
        Assert.Equal(DeliveryReason.InvalidAddress, (await SendAsync(Options(), Example with { Target = "#alerts" })).Reason);

    [Fact]
    public void Check_ManyMistakes_NamesEachWithItsKey()
    {
        var options = new WebhookOptions
        {
            Url = SecretRef.FromValue("ftp://user:password@example.com/"),
            PreviousSigningSecrets = [SecretRef.FromValue("whsec_???")],
            Headers = new Dictionary<string, SecretRef>
            {
                ["Host"] = SecretRef.FromValue("x"),
                ["Webhook-Id"] = SecretRef.FromValue("x"),
                ["bad name"] = SecretRef.FromValue("x"),
                ["X-Split"] = SecretRef.FromValue("a\r\nX-Evil: topsecret"),
                ["X-Absent"] = SecretRef.FromEnvironment("TRANSPONDER_TEST_ABSENT"),
            },
            Timeout = TimeSpan.FromMinutes(5),
            Source = "",
        };

        var problems = options.Check(OutboundPolicy.Strict).ToList();

        Assert.Equal(
            [
                "url",
                "previousSigningSecrets",
                "previousSigningSecrets[0]",
                "headers.Host",
                "headers.Webhook-Id",
                "headers.bad name",
                "headers.X-Split",
                "headers.X-Absent",
                "timeout",
                "source",
            ],
            problems.Select(p => p.Key)
        );
        Assert.All(problems, p => Assert.DoesNotMatch("password@|topsecret|\\?\\?\\?", p.Problem));
        Assert.Empty(Options().Check(_http.Options.Policy));
    }

    private static string DocumentedJson()
    {
        var page = File.ReadAllText(Repository.File("docs/channels/webhook.md"));
        return page.Split("```json")[1].Split("```")[0];
    }

    private WebhookOptions Options() => new() { Url = SecretRef.FromValue(_receiver.Url), Timeout = LoopbackHttp.Patience };

    private async Task<DeliveryResult> SendAsync(WebhookOptions options, Message message)
    {
        await using var notifier = new WebhookNotifier(options, _http, _clock);
        return await notifier.SendAsync(message, TestContext.Current.CancellationToken);
    }

    private async Task<ReceivedRequest> DeliverAsync(WebhookOptions options, Message message)
    {
        Outcome.Is<DeliveryResult.Delivered>(await SendAsync(options, message));
        return _receiver.Received[^1];
    }

    private bool Verify(ReceivedRequest request, string secret) =>
        WebhookSignature.Verify(
            request.Header(WebhookSignature.IdHeader),
            request.Header(WebhookSignature.TimestampHeader),
            request.Header(WebhookSignature.SignatureHeader),
            request.Body,
            [secret],
            _clock.GetUtcNow()
        );
}
