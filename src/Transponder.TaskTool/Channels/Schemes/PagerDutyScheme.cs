using Transponder.Notifiers;
using Transponder.Notifiers.Channels.PagerDuty;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>PagerDuty: a service's integration key.</summary>
internal sealed class PagerDutyScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["pagerduty"];

    public override string Form => "pagerduty://env:PAGERDUTY_KEY";

    public override IReadOnlyList<string> Options => ["events"];

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem) =>
        setting.Secret(address.Rest, address.Shown, out problem) is { } key
            ? new PagerDutyNotifier(
                new PagerDutyOptions { RoutingKey = key, EventsUrl = address.Option("events") ?? PagerDutyOptions.PublicEvents },
                setting.Http
            )
            : null;
}
