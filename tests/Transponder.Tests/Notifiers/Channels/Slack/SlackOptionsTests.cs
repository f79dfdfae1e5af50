using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Slack;
using Transponder.Notifiers.Outbound;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Slack;

public sealed class SlackOptionsTests
{
    private static readonly SlackOptions Bot = new() { BotToken = SecretRef.FromValue("xoxb-1") };
    private static readonly SlackOptions Hook = new() { WebhookUrl = SecretRef.FromValue("https://hooks.slack.com/services/x") };

    [Theory]
    [InlineData("#alerts")]
    [InlineData("#größe-2_b")]
    [InlineData("@ada.lovelace")]
    [InlineData("C0123456789")]
    [InlineData("U0123")]
    [InlineData("G0123")]
    public void Check_TargetOfABot_IsFine(string target)
    {
        Assert.Null(Bot.CheckTarget(target));
        Assert.NotNull(Hook.CheckTarget(target));
    }

    [Theory]
    [InlineData("#")]
    [InlineData("alerts")]
    [InlineData("#Alerts")]
    [InlineData("# alerts")]
    [InlineData("#a,#b")]
    [InlineData("c0123456789")]
    [InlineData("C0123\n")]
    [InlineData("X0123456789")]
    [InlineData("<!channel>")]
    public void Check_WhatSlackCannotKnow_IsRefused(string target) => Assert.NotNull(Bot.CheckTarget(target));

    [Fact]
    public void Check_NoTarget_NeedsADefault()
    {
        Assert.NotNull(Bot.CheckTarget(null));
        Assert.Null((Bot with { Channel = "#ops" }).CheckTarget(null));
        Assert.Null(Hook.CheckTarget(null));
    }

    [Fact]
    public void Check_Mistakes_AreNamedWithTheirKeys()
    {
        Assert.Empty(Bot.Check(OutboundPolicy.Strict));
        Assert.Empty(Hook.Check(OutboundPolicy.Strict));
        Assert.Equal(["botToken"], Keys(new SlackOptions()));
        Assert.Equal(["botToken", "channel"], Keys(Hook with { BotToken = Bot.BotToken, Channel = "#x" }));
        Assert.Equal(["webhookUrl", "timeout"], Keys(Hook with { WebhookUrl = SecretRef.FromValue("ftp://x"), Timeout = TimeSpan.Zero }));
        Assert.Equal(
            ["botToken", "channel", "apiUrl"],
            Keys(Bot with { BotToken = SecretRef.FromValue("two words"), Channel = "ops", ApiUrl = "http://127.0.0.1/" })
        );
    }

    private static IEnumerable<string> Keys(SlackOptions options) => options.Check(OutboundPolicy.Strict).Select(p => p.Key);
}
