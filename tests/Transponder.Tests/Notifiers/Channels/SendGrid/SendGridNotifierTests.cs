using System.Globalization;
using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.SendGrid;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.SendGrid;

public sealed class SendGridNotifierTests : IAsyncLifetime
{
    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private SendGridServer _sendGrid = null!;

    private static Message Mail { get; } =
        SampleMessage.Failed with
        {
            Target = "Ada <ada@example.com>",
            Body = "<p>It <b>broke</b>: &lt;row 17&gt;</p>",
            Format = BodyFormat.Html,
        };

    public async ValueTask InitializeAsync() => _sendGrid = await SendGridServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _sendGrid.DisposeAsync();
    }

    [Fact]
    public async Task Send_Message_PostsTheDocumentedJson()
    {
        var options = Options() with { From = $"Flyte <{SendGridServer.Sender}>", ReplyTo = "ml-team@example.com", Categories = ["flyte"] };

        var delivered = Outcome.Is<DeliveryResult.Delivered>(await SendAsync(Mail, options));

        Assert.Equal(SampleMessage.Documented("sendgrid"), JsonSerializer.Serialize(_sendGrid.Mails[0]));
        Assert.Equal(("14c5d75ce93.dfd.1", "accepted"), (delivered.Receipt, delivered.Detail));
    }

    [Fact]
    public async Task Send_Sandbox_IsCheckedAndNotSent()
    {
        var delivered = Outcome.Is<DeliveryResult.Delivered>(await SendAsync(Mail, Options() with { Sandbox = true }));

        Assert.Empty(_sendGrid.Mails);
        Assert.Contains("not sent", delivered.Detail);
        Assert.Null(delivered.Receipt);
    }

    [Fact]
    public async Task Send_PlainText_HasNoHtml()
    {
        await SendAsync(Mail with { Format = BodyFormat.Text, Body = "a <b>" });

        var part = Assert.Single(_sendGrid.Mails[0].GetProperty("content").EnumerateArray());
        Assert.Equal(("text/plain", "a <b>"), (part.GetProperty("type").GetString(), part.GetProperty("value").GetString()));
    }

    [Theory]
    [InlineData(400, null, DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(400, "personalizations.0.to.0.email", DeliveryReason.RecipientRejected, RejectionScope.Message)]
    [InlineData(401, null, DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(403, "from", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(413, null, DeliveryReason.MessageRejected, RejectionScope.Message)]
    public async Task Send_Refusal_MeansWhatThePageSays(int status, string? field, DeliveryReason reason, RejectionScope scope)
    {
        _sendGrid.Trouble = _ => SendGridServer.Refuse(status, "no", field);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(Mail));

        Assert.Equal((reason, scope), (rejected.Reason, rejected.Scope));
    }

    [Theory]
    [InlineData(200, "<html>", DeliveryReason.ProtocolError)]
    [InlineData(204, "", DeliveryReason.ProtocolError)]
    [InlineData(429, "", DeliveryReason.Throttled)]
    [InlineData(503, "", DeliveryReason.ServerError)]
    public async Task Send_Trouble_IsTriedAgain(int status, string body, DeliveryReason reason)
    {
        _sendGrid.Trouble = _ => ReceiverAnswer.Of(status, body);

        Assert.Equal(reason, Outcome.Is<DeliveryResult.Retry>(await SendAsync(Mail)).Reason);
    }

    [Fact]
    public async Task Send_RateLimited_WaitsUntilTheReset()
    {
        var time = new FakeTimeProvider();
        var reset = time.GetUtcNow().AddSeconds(42).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        _sendGrid.Trouble = _ =>
            ReceiverAnswer.Of(429) with
            {
                Headers = new Dictionary<string, string> { ["X-RateLimit-Remaining"] = "0", ["X-RateLimit-Reset"] = reset },
            };
        await using var notifier = new SendGridNotifier(Options(), _http, time);

        var result = await notifier.SendAsync(Mail, TestContext.Current.CancellationToken);

        Assert.InRange(Outcome.Is<DeliveryResult.Retry>(result).After!.Value.TotalSeconds, 41, 42);
    }

    [Fact]
    public void Check_Mistakes_AreNamedWithTheirKeys()
    {
        Assert.Empty(Options().Check(_http.Options.Policy));
        var wrong = Options() with
        {
            ApiKey = SecretRef.FromValue("two words"),
            From = "nobody",
            ReplyTo = "größe@example.com",
            Categories = [""],
            ApiUrl = "ftp://x",
            Timeout = TimeSpan.FromMinutes(1),
        };

        var problems = wrong.Check(OutboundPolicy.Strict).ToList();

        Assert.Equal(["apiKey", "from", "replyTo", "categories", "apiUrl", "timeout"], problems.Select(problem => problem.Key));
        Assert.All(problems, problem => Assert.DoesNotContain("two words", problem.Problem));
    }

    private SendGridOptions Options() =>
        new()
        {
            ApiKey = SecretRef.FromValue(SendGridServer.Key),
            From = SendGridServer.Sender,
            ApiUrl = _sendGrid.ApiUrl,
            Timeout = LoopbackHttp.Patience,
        };

    private async Task<DeliveryResult> SendAsync(Message message, SendGridOptions? options = null)
    {
        await using var notifier = new SendGridNotifier(options ?? Options(), _http);
        return await notifier.SendAsync(message, TestContext.Current.CancellationToken);
    }
}
