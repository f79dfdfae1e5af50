using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Server;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Server;

/// <summary>What a pod hands to the server, and what it makes of the answers.</summary>
public sealed class ServerNotifierTests : IAsyncDisposable
{
    private readonly TempDirectory folder = new();
    private WebhookReceiver? receiver;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (receiver is not null)
            await receiver.DisposeAsync();
    }

    [Fact]
    public async Task Send_IsTheServersRequest_WithTheTokenOfThisMoment()
    {
        var file = folder.Write("token", "first\n");
        await using var notifier = await StartAsync(SecretRef.FromFile(file));
        var message = Message() with { ThreadKey = "epochs" };

        await notifier.SendAsync(message, Token);
        folder.Write("token", "second\n");
        var result = await notifier.SendAsync(message with { Id = "any id: ü" }, Token);

        var delivered = Outcome.Is<DeliveryResult.Delivered>(result);
        Assert.Equal(("dlv_1", "the server delivers it as dlv_1"), (delivered.Receipt, delivered.Detail));
        var (first, second) = (receiver!.Received[0], receiver.Received[1]);
        Assert.Equal(("POST", "/api/v1/notify"), (first.Method, first.Path));
        Assert.Equal(("Bearer first", "Bearer second"), (first.Header("authorization"), second.Header("authorization")));
        Assert.Equal(
            """
            {"id":"m-1","channel":"alerts","target":"#a","execution":{"project":"p","domain":"d","name":"n"},"content":{"title":"Title","body":"**b**","format":"MARKUP","severity":"ERROR","fields":[{"name":"loss","value":"0.1","is_long":false}],"links":[{"text":"curve","url":"https://example.com/c"},{"text":"bad","url":"javascript:x"}],"thread_key":"epochs","task":{"project":"p","domain":"d","name":"train","version":"v1"},"attempt":1}}
            """.Trim(),
            System.Text.Encoding.UTF8.GetString(first.Body)
        );
        Assert.Matches("^h[0-9a-f]{64}$", second.Json.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData(400, 3, DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(403, 7, DeliveryReason.AuthFailed, RejectionScope.Message)]
    [InlineData(404, 5, DeliveryReason.DestinationGone, RejectionScope.Message)]
    [InlineData(401, 16, DeliveryReason.AuthFailed, RejectionScope.Destination)]
    public async Task Send_ServerRefuses_SaysWhatItSays(int status, int code, DeliveryReason reason, RejectionScope scope)
    {
        await using var notifier = await StartAsync(null);
        receiver!.Answer = _ => ReceiverAnswer.Of(status, $$"""{"code":{{code}},"message":"channel x is not open"}""");

        var result = Outcome.Is<DeliveryResult.Rejected>(await notifier.SendAsync(Message(), Token));

        Assert.Equal((reason, scope, $"HTTP {status}: channel x is not open"), (result.Reason, result.Scope, result.Detail));
    }

    [Fact]
    public async Task Send_SomethingElseAnswers_IsNoDelivery()
    {
        await using var notifier = await StartAsync(null);
        receiver!.Answer = _ => ReceiverAnswer.Of(200, "<html>Welcome</html>");

        Assert.Equal(DeliveryReason.ProtocolError, Outcome.Is<DeliveryResult.Retry>(await notifier.SendAsync(Message(), Token)).Reason);
    }

    [Fact]
    public async Task Send_TokenFileIsMissing_IsSaidWithoutACall()
    {
        await using var notifier = await StartAsync(SecretRef.FromFile(folder.File("nowhere")));

        var result = Outcome.Is<DeliveryResult.Rejected>(await notifier.SendAsync(Message(), Token));

        Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (result.Reason, result.Scope));
        Assert.Empty(receiver!.Received);
    }

    [Fact]
    public void FromPod_ReadsWhatThePlatformSays()
    {
        var variables = new Dictionary<string, string>
        {
            ["TRANSPONDER_ENDPOINT"] = "http://transponder.flyte:8088",
            ["TRANSPONDER_TOKEN_FILE"] = "/var/run/t",
        };

        var options = ServerNotifierOptions.From(PodEnvironment.Read(variables.GetValueOrDefault), "alerts")!;

        Assert.Equal(("http://transponder.flyte:8088", "alerts"), (options.Endpoint, options.Channel));
        Assert.Equal("file /var/run/t", options.Token!.Place);
        variables["TRANSPONDER_TOKEN"] = "x";
        Assert.Equal(
            "environment variable TRANSPONDER_TOKEN",
            ServerNotifierOptions.From(PodEnvironment.Read(variables.GetValueOrDefault), "alerts")!.Token!.Place
        );
        Assert.Null(ServerNotifierOptions.From(PodEnvironment.Read(_ => null), "alerts"));
    }

    [Theory]
    [InlineData("transponder:8088")]
    [InlineData("ftp://transponder")]
    [InlineData("https://user:pw@transponder")]
    public void Endpoint_ThatIsNone_IsRefused(string endpoint) =>
        Assert.Throws<ArgumentException>(() => new ServerNotifier(new ServerNotifierOptions { Endpoint = endpoint, Channel = "c" }));

    private async Task<ServerNotifier> StartAsync(SecretRef? token)
    {
        receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => ReceiverAnswer.Of(200, """{"delivery_ids":["dlv_1"],"duplicate":false}""");
        return new ServerNotifier(
            new ServerNotifierOptions
            {
                Endpoint = $"http://127.0.0.1:{receiver.Port}",
                Channel = "alerts",
                Token = token,
                Timeout = LoopbackHttp.Patience,
            }
        );
    }

    private static Message Message() =>
        new()
        {
            Id = "m-1",
            Target = "#a",
            Title = "Title",
            Body = "**b**",
            Format = BodyFormat.Markup,
            Severity = Severity.Error,
            Fields = [new MessageField("loss", "0.1")],
            Links = [new MessageLink("curve", "https://example.com/c"), new MessageLink("bad", "javascript:x")],
            CreatedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
            Execution = new ExecutionInfo
            {
                Project = "p",
                Domain = "d",
                Name = "n",
                Phase = "running",
                Task = new EntityInfo("p", "d", "train", "v1"),
                Attempt = 1,
            },
        };
}
