using Transponder.Notifiers;
using Transponder.Notifiers.Channels.GoogleChat;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>Google Chat: an incoming webhook's URL.</summary>
internal sealed class GoogleChatScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["googlechat"];

    public override string Form => "googlechat://env:GOOGLE_CHAT_WEBHOOK";

    public override IReadOnlyList<string> Options => [];

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem) =>
        setting.Secret(address.IsReference ? address.Rest : $"https://{address.Rest}", address.Shown, out problem) is { } url
            ? new GoogleChatNotifier(new GoogleChatOptions { WebhookUrl = url }, setting.Http)
            : null;
}
