using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Apprise;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Apprise;

public sealed class AppriseNotifierTests : IAsyncLifetime
{
    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private AppriseServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await AppriseServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Send_Message_PostsTheDocumentedJson()
    {
        Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.Failed with { Target = "devops" }));

        Assert.Equal(SampleMessage.Documented("apprise"), JsonSerializer.Serialize(_server.Sent[0].Message));
        Assert.Equal(
            ($"/notify/{AppriseServer.Key}", "application/json"),
            (_server.Requests[0].Path, _server.Requests[0].Header("Accept"))
        );
    }

    [Fact]
    public async Task Send_NoKey_CarriesTheUrls()
    {
        var options = Options() with { Key = null, Urls = [SecretRef.FromValue(AppriseServer.StatelessUrl)] };

        Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.Failed, options));

        Assert.Equal("/notify/", _server.Requests[0].Path);
        Assert.False(_server.Sent[0].Message.TryGetProperty("tag", out _));
    }

    [Theory]
    [InlineData(Severity.Error, "failed", "failure")]
    [InlineData(Severity.Warning, "aborted", "warning")]
    [InlineData(Severity.Info, "succeeded", "success")]
    [InlineData(Severity.Info, "running", "info")]
    public async Task Send_Severity_IsApprisesType(Severity severity, string phase, string type)
    {
        var execution = SampleMessage.Failed.Execution! with { Phase = phase };

        await SendAsync(SampleMessage.Failed with { Severity = severity, Execution = execution });

        Assert.Equal(type, _server.Sent[0].Message.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Send_TagsOfTheChannel_GiveWayToTheTargets()
    {
        var options = Options() with { Tags = "ops, ml" };

        await SendAsync(SampleMessage.Failed, options);
        await SendAsync(SampleMessage.Failed with { Target = "devops" }, options);

        Assert.Equal(["ops, ml", "devops"], _server.Sent.Select(sent => sent.Message.GetProperty("tag").GetString()));
    }

    [Theory]
    [InlineData(
        "@everyone <@U123> <!channel> <#C12> a@b.example <!-- x -->",
        "＠everyone ‹＠U123> ‹!channel> ‹#C12> a@b.example <!-- x -->"
    )]
    [InlineData("&lt;!here&gt; @all @allison", "‹!here&gt; ＠all @allison")]
    public async Task Send_Mentions_CallNobody(string text, string shown)
    {
        await SendAsync(SampleMessage.Failed with { Title = text, Body = text });

        var message = _server.Sent[0].Message;
        Assert.Equal((shown, shown), (message.GetProperty("title").GetString(), message.GetProperty("body").GetString()));
    }

    [Fact]
    public async Task Send_Markup_IsHtmlWithFieldsAndLinks()
    {
        await SendAsync(
            SampleMessage.Failed with
            {
                Body = "**Bold**",
                Format = BodyFormat.Markup,
                Fields = [new MessageField("Loss", "<0.1")],
                Links = [new MessageLink("Run", "https://a.example/x")],
            }
        );

        var message = _server.Sent[0].Message;
        Assert.Equal("html", message.GetProperty("format").GetString());
        var body = message.GetProperty("body").GetString();
        Assert.Contains("<strong>Bold</strong>", body);
        Assert.Contains("<strong>Loss:</strong> &lt;0.1", body);
        Assert.Contains("<a href=\"https://a.example/x\">Run</a>", body);
    }

    [Theory]
    [InlineData(204, "", DeliveryReason.DestinationGone)]
    [InlineData(404, "<html>", DeliveryReason.DestinationGone)]
    [InlineData(403, "{}", DeliveryReason.AuthFailed)]
    public async Task Send_Refusal_ParksTheDestination(int status, string body, DeliveryReason reason)
    {
        _server.Trouble = _ => ReceiverAnswer.Of(status, body);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(SampleMessage.Failed));

        Assert.Equal((reason, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
    }

    [Fact]
    public async Task Send_OneServiceFailed_IsTriedAFewTimes()
    {
        var retry = Outcome.Is<DeliveryResult.Retry>(await SendAsync(SampleMessage.Failed with { Target = "nobody" }));

        Assert.Equal((DeliveryReason.ServerError, 4), (retry.Reason, retry.AtMost));
    }

    [Fact]
    public async Task Send_PageOfALogin_IsNoSuccess()
    {
        _server.Trouble = _ => ReceiverAnswer.Of(200, "\n<!doctype html>");

        Assert.Equal(DeliveryReason.ProtocolError, Outcome.Is<DeliveryResult.Retry>(await SendAsync(SampleMessage.Failed)).Reason);
    }

    [Fact]
    public async Task Send_Authorization_IsSentAsItStands()
    {
        await SendAsync(SampleMessage.Failed, Options() with { Authorization = SecretRef.FromValue("Basic dTpw") });

        Assert.Equal("Basic dTpw", _server.Requests[0].Header("Authorization"));
    }

    [Fact]
    public void Check_Mistakes_AreNamedWithTheirKeys()
    {
        Assert.Empty(Options().Check(_http.Options.Policy));
        var wrong = new AppriseOptions
        {
            ServerUrl = "ftp://x",
            Key = SecretRef.FromValue("two words"),
            Urls = [SecretRef.FromValue("nowhere")],
            Tags = "a;b",
            Authorization = SecretRef.FromValue("a\nb"),
            Timeout = TimeSpan.Zero,
        };

        var problems = wrong.Check(OutboundPolicy.Strict).ToList();

        Assert.Equal(["url", "urls", "key", "urls[0]", "tags", "authorization", "timeout"], problems.Select(problem => problem.Key));
        Assert.All(problems, problem => Assert.DoesNotContain("two words", problem.Problem));
    }

    private AppriseOptions Options() => new() { ServerUrl = _server.Url + "/", Key = SecretRef.FromValue(AppriseServer.Key) };

    private async Task<DeliveryResult> SendAsync(Message message, AppriseOptions? options = null)
    {
        await using var notifier = new AppriseNotifier(options ?? Options(), _http);
        return await notifier.SendAsync(message, TestContext.Current.CancellationToken);
    }
}
