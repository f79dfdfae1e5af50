using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.GoogleChat;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.GoogleChat;

public sealed class GoogleChatNotifierTests : IAsyncLifetime
{
    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private GoogleChatServer _chat = null!;

    public async ValueTask InitializeAsync() => _chat = await GoogleChatServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _chat.DisposeAsync();
    }

    [Fact]
    public async Task Send_Message_PostsTheDocumentedJson()
    {
        var delivered = Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.Failed));

        Assert.Equal(SampleMessage.Documented("googlechat"), JsonSerializer.Serialize(_chat.Requests[0].Json));
        Assert.Equal("spaces/AAAAspace/messages/m1", delivered.Receipt);
    }

    [Fact]
    public async Task Send_Threads_AreOfTheExecutionUnlessSwitchedOff()
    {
        await SendAsync(SampleMessage.Failed);
        await SendAsync(SampleMessage.Failed with { Id = "dlv_02J" });
        await SendAsync(SampleMessage.Failed with { ThreadKey = new string('k', 5000) });
        await SendAsync(SampleMessage.Failed, Options() with { Threads = false });

        var keys = _chat.Posted.Select(message => message.Thread).ToList();
        Assert.Equal([SampleMessage.Failed.ThreadKey, SampleMessage.Failed.ThreadKey], keys[..2]);
        Assert.Matches("^[0-9a-f]{64}$", keys[2]);
        Assert.Null(keys[3]);
        Assert.DoesNotContain("messageReplyOption", _chat.Requests[3].Path);
    }

    [Fact]
    public async Task Send_HostileText_IsShownAsItIs()
    {
        foreach (var text in Markdown.Hostile)
            Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.With(text)));

        var shown = _chat.Posted.SelectMany(message => message.Texts).ToList();
        Assert.DoesNotContain(null, shown);
        Assert.Contains("<users/all>", string.Concat(shown));
        Assert.All(_chat.Posted, message => Assert.DoesNotContain('<', message.Json.GetProperty("fallbackText").GetString()!));
    }

    [Theory]
    [InlineData("x", 2_000_000)]
    [InlineData("\"\\<&", 500_000)]
    [InlineData("\U0001F680", 500_000)]
    [InlineData("\0\u202E\r\n", 50_000)]
    public async Task Send_AnyLengthOfText_StaysWithinChatsLimits(string unit, int count)
    {
        var text = string.Concat(Enumerable.Repeat(unit, count));

        Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.With(text)));

        Assert.DoesNotContain('\uFFFD', _chat.Posted[0].Json.GetRawText());
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", "no", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(400, "INVALID_ARGUMENT", "API_KEY_INVALID", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(401, "UNAUTHENTICATED", "no", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(403, "PERMISSION_DENIED", "no", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(404, "NOT_FOUND", "no", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    public async Task Send_Refusal_MeansWhatThePageSays(int status, string code, string text, DeliveryReason reason, RejectionScope scope)
    {
        _chat.Trouble = _ => GoogleChatServer.Refuse(status, code, text);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(SampleMessage.Failed));

        Assert.Equal((reason, scope), (rejected.Reason, rejected.Scope));
    }

    [Theory]
    [InlineData(200, "<html>", DeliveryReason.ProtocolError)]
    [InlineData(200, "{\"name\":", DeliveryReason.ProtocolError)]
    [InlineData(429, "", DeliveryReason.Throttled)]
    [InlineData(503, "", DeliveryReason.ServerError)]
    public async Task Send_Trouble_IsTriedAgain(int status, string body, DeliveryReason reason)
    {
        _chat.Trouble = _ => ReceiverAnswer.Of(status, body);

        Assert.Equal(reason, Outcome.Is<DeliveryResult.Retry>(await SendAsync(SampleMessage.Failed)).Reason);
    }

    [Fact]
    public void Check_Mistakes_AreNamedWithTheirKeys()
    {
        Assert.Empty(Options().Check(_http.Options.Policy));
        var wrong = new GoogleChatOptions
        {
            WebhookUrl = SecretRef.FromValue("https://chat.googleapis.com/v1/spaces/a/messages"),
            Timeout = TimeSpan.FromMinutes(1),
        };

        Assert.Equal(["webhookUrl", "timeout"], wrong.Check(OutboundPolicy.Strict).Select(problem => problem.Key));
    }

    private GoogleChatOptions Options() => new() { WebhookUrl = SecretRef.FromValue(_chat.WebhookUrl), Timeout = LoopbackHttp.Patience };

    private async Task<DeliveryResult> SendAsync(Message message, GoogleChatOptions? options = null)
    {
        await using var notifier = new GoogleChatNotifier(options ?? Options(), _http);
        return await notifier.SendAsync(message, TestContext.Current.CancellationToken);
    }
}
