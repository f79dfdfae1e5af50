using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Discord;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Pods;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Discord;

public sealed class DiscordNotifierTests : IAsyncLifetime
{
    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private DiscordServer _discord = null!;

    private static RetryPolicy Patient { get; } = new() { Deadline = TimeSpan.FromMinutes(5) };

    public async ValueTask InitializeAsync() => _discord = await DiscordServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _discord.DisposeAsync();
    }

    [Fact]
    public async Task Send_Message_PostsTheDocumentedJson()
    {
        var delivered = Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.Failed));

        Assert.Equal(SampleMessage.Documented("discord"), JsonSerializer.Serialize(_discord.Requests[0].Json));
        Assert.Equal("1100000000000000001", delivered.Receipt);
    }

    [Fact]
    public async Task Send_Thread_IsTheAddressesOrTheSettings()
    {
        await SendAsync(SampleMessage.Failed);
        await SendAsync(SampleMessage.Failed with { Target = DiscordServer.Thread });
        await SendAsync(SampleMessage.Failed, Options() with { ThreadId = DiscordServer.Thread });

        Assert.Equal([null, DiscordServer.Thread, DiscordServer.Thread], _discord.Posted.Select(message => message.Thread));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(DiscordServer.Thread)]
    public async Task Notify_SameUpdateKey_ChangesTheMessageUntilItIsGone(string? thread)
    {
        await using var notifier = new DiscordNotifier(Options(), _http);
        var context = TaskContext.For(SampleMessage.Failed.Execution!) with { Target = thread, Retry = Patient };
        await SendAsync("one");
        await SendAsync("two");
        Assert.Equal("two", Assert.Single(_discord.Posted).Title);
        _discord.Deleted.Add(_discord.Posted[0].Key);
        await SendAsync("three");
        await SendAsync("four");

        Assert.Equal(["two", "four"], _discord.Posted.Select(message => message.Title));
        Assert.Equal(["POST", "PATCH", "PATCH", "POST", "PATCH"], _discord.Requests.Select(request => request.Method));

        async Task SendAsync(string title) =>
            Assert.True(
                (
                    await notifier.NotifyAsync(
                        context.Compose(title) with
                        {
                            UpdateKey = "p",
                        },
                        context,
                        TestContext.Current.CancellationToken
                    )
                ).IsDelivered
            );
    }

    [Fact]
    public async Task Send_UpdateFailsOtherwise_IsNotSentAnew()
    {
        _discord.Trouble = _ => DiscordServer.Limit(1);

        var result = await SendAsync(SampleMessage.Failed with { UpdateReceipt = "1100000000000000001" });

        Assert.Equal(DeliveryReason.Throttled, result.Reason);
        Assert.Equal("PATCH", Assert.Single(_discord.Requests).Method);
    }

    [Theory]
    [InlineData("111111111111111111")]
    [InlineData(DiscordServer.LockedThread)]
    public async Task Send_ThreadThatTakesNothing_ParksTheDestination(string thread)
    {
        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(SampleMessage.Failed with { Target = thread }));

        Assert.Equal((DeliveryReason.DestinationGone, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task Send_HostileParts_AreShownAsTheyAre()
    {
        foreach (var text in Markdown.Hostile)
            Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.WithParts(text)));

        var shown = await Markdown.ShowAsync(_discord.Posted.SelectMany(message => message.Texts));

        Assert.All(shown.SelectMany(text => text.Tags), tag => Assert.Contains(tag, "link_open link_close"));
        Assert.Contains("[good](https://evil.example)", string.Concat(shown.Select(text => text.Text)));
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task Send_Markup_IsMarkdownToItsReaders()
    {
        await SendAsync(SampleMessage.Named("markup"));

        var shown = (await Markdown.ShowAsync([_discord.Posted[0].Embed.GetProperty("description").GetString()!]))[0];
        Assert.Equal(
            ["strong_open", "em_open", "code_inline", "link_open", "bullet_list_open", "strong_open", "ordered_list_open", "fence"],
            shown.Tags.Where(tag => !tag.EndsWith("_close", StringComparison.Ordinal) && tag != "list_item_open")
        );
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task Send_HostileText_IsShownAsItIs()
    {
        foreach (var text in Markdown.Hostile)
            Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.With(text)));

        var shown = await Markdown.ShowAsync(_discord.Posted.SelectMany(message => message.Texts));

        Assert.All(shown, text => Assert.Empty(text.Tags));
        Assert.Contains("@everyone @here <@123>", string.Concat(shown.Select(text => text.Text)));
    }

    [Theory]
    [InlineData("x", 2_000_000)]
    [InlineData("*", 1_000_000)]
    [InlineData("\U0001F680", 500_000)]
    [InlineData("\0\u202E\r\n", 50_000)]
    public async Task Send_AnyLengthOfText_StaysWithinDiscordsLimits(string unit, int count)
    {
        var text = string.Concat(Enumerable.Repeat(unit, count));

        Outcome.Is<DeliveryResult.Delivered>(await SendAsync(SampleMessage.With(text) with { Id = text }));

        Assert.DoesNotContain('\uFFFD', _discord.Posted[0].Json.GetRawText());
    }

    [Theory]
    [InlineData(400, 50035, DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(400, 220001, DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(401, 50027, DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(403, 50013, DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(404, 10015, DeliveryReason.DestinationGone, RejectionScope.Destination)]
    public async Task Send_Refusal_MeansWhatThePageSays(int status, int code, DeliveryReason reason, RejectionScope scope)
    {
        _discord.Trouble = _ => DiscordServer.Refuse(status, code);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(SampleMessage.Failed));

        Assert.Equal((reason, scope), (rejected.Reason, rejected.Scope));
    }

    [Theory]
    [InlineData(200, "<html>", DeliveryReason.ProtocolError)]
    [InlineData(200, "{\"id\":1}", DeliveryReason.ProtocolError)]
    [InlineData(429, "error code: 1015", DeliveryReason.Throttled)]
    [InlineData(503, "", DeliveryReason.ServerError)]
    public async Task Send_Trouble_IsTriedAgain(int status, string body, DeliveryReason reason)
    {
        _discord.Trouble = _ => ReceiverAnswer.Of(status, body);

        Assert.Equal(reason, Outcome.Is<DeliveryResult.Retry>(await SendAsync(SampleMessage.Failed)).Reason);
    }

    [Theory]
    [InlineData(2.25, 2.25)]
    [InlineData(1e9, 3600)]
    public async Task Send_RateLimited_WaitsAsLongAsTheBodySays(double asked, double kept)
    {
        _discord.Trouble = _ => DiscordServer.Limit(asked);

        var retry = Outcome.Is<DeliveryResult.Retry>(await SendAsync(SampleMessage.Failed));

        Assert.Equal((DeliveryReason.Throttled, TimeSpan.FromSeconds(kept)), (retry.Reason, retry.After));
    }

    [Fact]
    public void Check_Mistakes_AreNamedWithTheirKeys()
    {
        Assert.Empty(Options().Check(_http.Options.Policy));
        var wrong = Options() with { ThreadId = "general", Timeout = TimeSpan.FromMinutes(1) };

        Assert.Equal(["webhookUrl", "threadId", "timeout"], wrong.Check(OutboundPolicy.Strict).Select(problem => problem.Key));
        Assert.Equal(
            ["webhookUrl"],
            (Options() with { WebhookUrl = SecretRef.FromValue(_discord.WebhookUrl + "?wait=true") })
                .Check(_http.Options.Policy)
                .Select(problem => problem.Key)
        );
    }

    private DiscordOptions Options() => new() { WebhookUrl = SecretRef.FromValue(_discord.WebhookUrl), Timeout = LoopbackHttp.Patience };

    private async Task<DeliveryResult> SendAsync(Message message, DiscordOptions? options = null)
    {
        await using var notifier = new DiscordNotifier(options ?? Options(), _http);
        return await notifier.SendAsync(message, TestContext.Current.CancellationToken);
    }
}
