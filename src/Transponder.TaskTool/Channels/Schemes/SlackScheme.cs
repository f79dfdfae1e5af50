using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Slack;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>Slack: an incoming webhook's URL, or a bot's token with the channel that it posts to.</summary>
internal sealed class SlackScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["slack"];

    public override string Form => "slack://env:SLACK_WEBHOOK, slack://env:SLACK_TOKEN?to=#alerts";

    public override IReadOnlyList<string> Options => ["to", "api"];

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        var isToken = address.Rest.StartsWith("xox", StringComparison.Ordinal);
        var secret = setting.Secret(address.IsReference || isToken ? address.Rest : $"https://{address.Rest}", address.Shown, out problem);
        if (secret is null)
            return null;
        var to = address.Option("to");
        var isBot = to is not null || (secret.TryResolve(out var value, out _) && value.StartsWith("xox", StringComparison.Ordinal));
        return isBot
            ? new SlackNotifier(
                new SlackOptions
                {
                    BotToken = secret,
                    Channel = to,
                    ApiUrl = address.Option("api") ?? SlackOptions.PublicApi,
                },
                setting.Http
            )
            : new SlackNotifier(new SlackOptions { WebhookUrl = secret }, setting.Http);
    }
}
