using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Teams;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>Microsoft Teams: a workflow's URL.</summary>
internal sealed class TeamsScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["teams"];

    public override string Form => "teams://env:TEAMS_WORKFLOW";

    public override IReadOnlyList<string> Options => [];

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem) =>
        setting.Secret(address.IsReference ? address.Rest : $"https://{address.Rest}", address.Shown, out problem) is { } url
            ? new TeamsNotifier(new TeamsOptions { WebhookUrl = url }, setting.Http)
            : null;
}
