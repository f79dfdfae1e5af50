using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Discord;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>Discord: a webhook's URL.</summary>
internal sealed class DiscordScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["discord"];

    public override string Form => "discord://env:DISCORD_WEBHOOK";

    public override IReadOnlyList<string> Options => ["thread"];

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem) =>
        setting.Secret(address.IsReference ? address.Rest : $"https://{address.Rest}", address.Shown, out problem) is { } url
            ? new DiscordNotifier(new DiscordOptions { WebhookUrl = url, ThreadId = address.Option("thread") }, setting.Http)
            : null;
}
