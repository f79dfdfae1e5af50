using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Teams;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Teams;

public sealed class TeamsNotifierTests : IAsyncLifetime
{
    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private TeamsServer _teams = null!;

    public async ValueTask InitializeAsync() => _teams = await TeamsServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _teams.DisposeAsync();
    }

    [Fact]
    public async Task Send_Message_PostsTheDocumentedJson()
    {
        var delivered = Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.Failed));

        Assert.Equal(SampleMessage.Documented("teams"), JsonSerializer.Serialize(_teams.Requests[0].Json));
        Assert.Equal(("085841CU00", "accepted"), (delivered.Receipt, delivered.Detail));
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task Send_AnyMessage_IsACardToMicrosoftsLibrary()
    {
        foreach (var message in SampleMessage.All)
            Outcome.Is<DeliveryResult.Delivered>(await SendAsync(message));

        Assert.Empty(await PayloadSchema.ProblemsAsync("Teams/adaptive-card-1.5.schema.json", _teams.Cards));
        var result = await NodeScript.RunAsync("Notifiers/Channels/Teams/cards.js", input: JsonSerializer.Serialize(_teams.Cards));
        Assert.All(JsonElement.Parse(result.Succeeded()).EnumerateArray(), problems => Assert.Equal("[]", problems.GetRawText()));
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task Send_HostileParts_AreShownAsTheyAre()
    {
        foreach (var text in Markdown.Hostile)
            await SendAsync(SampleMessage.WithParts(text));

        var shown = await Markdown.ShowAsync(_teams.Cards.SelectMany(TeamsServer.Texts));

        // A long field's name is bold, and links that have no button are in the text.
        Assert.All(shown.SelectMany(text => text.Tags), tag => Assert.Contains(tag, "strong_open strong_close link_open link_close"));
        Assert.Contains("[good](https://evil.example)", string.Concat(shown.Select(text => text.Text)));
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task Send_Markup_IsMarkdownToItsReaders()
    {
        await SendAsync(SampleMessage.Named("markup"));

        var shown = (await Markdown.ShowAsync(TeamsServer.Texts(_teams.Cards[0]))).ToList();
        Assert.Equal(
            ["strong_open", "em_open", "link_open", "bullet_list_open", "strong_open", "ordered_list_open"],
            shown[1].Tags.Where(tag => tag.EndsWith("_open", StringComparison.Ordinal) && tag != "list_item_open")
        );
        Assert.Equal("a < b && *c*", shown[2].Text.Trim());
        Assert.Empty(shown[2].Tags);
        Assert.Empty(shown[3].Tags);
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task Send_HostileText_IsShownAsItIs()
    {
        foreach (var text in Markdown.Hostile)
            await SendAsync(SampleMessage.With(text));

        var texts = _teams.Cards.SelectMany(TeamsServer.Texts).ToList();
        var shown = await Markdown.ShowAsync(texts);

        Assert.All(shown, text => Assert.Empty(text.Tags));
        Assert.All(shown.Zip(texts), pair => Assert.Equal(Squeezed(Markdown.Unescape(pair.Second)), Squeezed(pair.First.Text)));
        Assert.Contains("[good](https://evil.example)", string.Concat(shown.Select(text => text.Text)));
    }

    [Theory]
    [InlineData("x", 2_000_000)]
    [InlineData("\"\\", 1_000_000)]
    [InlineData("\U0001F680", 500_000)]
    [InlineData("*\n", 50_000)]
    public async Task Send_AnyLengthOfText_StaysWithinTeamsLimits(string unit, int count)
    {
        var text = string.Concat(Enumerable.Repeat(unit, count));

        Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.With(text)));

        Assert.DoesNotContain('\uFFFD', _teams.Cards[0].GetRawText());
    }

    [Theory]
    [InlineData(400, "TriggerInputSchemaMismatch", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(400, "WorkflowTriggerIsNotEnabled", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(401, "DirectApiAuthorizationRequired", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(404, "WorkflowNotFound", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(413, "RequestEntityTooLarge", DeliveryReason.MessageRejected, RejectionScope.Message)]
    public async Task Send_Refusal_MeansWhatThePageSays(int status, string code, DeliveryReason reason, RejectionScope scope)
    {
        _teams.Trouble = _ => TeamsServer.Refuse(status, code);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(SampleMessage.Failed));

        Assert.Equal((reason, scope), (rejected.Reason, rejected.Scope));
    }

    [Theory]
    [InlineData(
        200,
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429",
        DeliveryReason.Throttled
    )]
    [InlineData(200, "Microsoft Teams endpoint returned HTTP error 503 with ContextId", DeliveryReason.ServerError)]
    [InlineData(200, "<html>Sign in</html>", DeliveryReason.ProtocolError)]
    [InlineData(429, "", DeliveryReason.Throttled)]
    [InlineData(504, "", DeliveryReason.ServerError)]
    public async Task Send_Trouble_IsTriedAgain(int status, string body, DeliveryReason reason)
    {
        _teams.Trouble = _ => ReceiverAnswer.Of(status, body);

        Assert.Equal(reason, Outcome.Is<DeliveryResult.Retry>(await SendAsync(SampleMessage.Failed)).Reason);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("")]
    public async Task Send_AnswerOf200_IsDelivered(string body)
    {
        _teams.Trouble = _ => ReceiverAnswer.Of(200, body);

        Assert.Null(Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.Failed)).Receipt);
    }

    [Theory]
    [InlineData("https://contoso.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d")]
    [InlineData("https://outlook.office.com/webhook/a@b/IncomingWebhook/c/d")]
    public async Task Send_RetiredConnector_IsRefusedWithWhatToDo(string url)
    {
        var options = new TeamsOptions { WebhookUrl = SecretRef.FromValue(url) };
        await using var notifier = new TeamsNotifier(options, _http);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(
            await notifier.SendAsync(SampleMessage.Failed, TestContext.Current.CancellationToken)
        );

        Assert.Equal((DeliveryReason.DestinationGone, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
        Assert.Contains("add the workflow", rejected.Detail);
        Assert.Equal([("webhookUrl", rejected.Detail)], options.Check(OutboundPolicy.Strict));
    }

    [Fact]
    public void Check_Mistakes_AreNamedWithTheirKeys()
    {
        var wrong = new TeamsOptions { WebhookUrl = SecretRef.FromValue("ftp://sesame"), Timeout = TimeSpan.FromMinutes(1) };

        var problems = wrong.Check(OutboundPolicy.Strict).ToList();

        Assert.Equal(["webhookUrl", "timeout"], problems.Select(problem => problem.Key));
        Assert.All(problems, problem => Assert.DoesNotContain("sesame", problem.Problem));
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private async Task<DeliveryResult> SendAsync(Message message)
    {
        var options = new TeamsOptions { WebhookUrl = SecretRef.FromValue(_teams.WebhookUrl), Timeout = LoopbackHttp.Patience };
        await using var notifier = new TeamsNotifier(options, _http);
        return await notifier.SendAsync(message, TestContext.Current.CancellationToken);
    }
}
