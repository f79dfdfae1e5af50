using Transponder.Notifiers;
using Transponder.Notifiers.Channels.SendGrid;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>Mail by SendGrid: an API key, who sends, who receives.</summary>
internal sealed class SendGridScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["sendgrid"];

    public override string Form => "sendgrid://env:SENDGRID_KEY?from=a@b.c&to=d@e.f";

    public override IReadOnlyList<string> Options => ["from", "to", "api"];

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        if (Recipients.Of(address, out problem) is not { } to || setting.Secret(address.Rest, address.Shown, out problem) is not { } key)
            return null;
        var options = new SendGridOptions { ApiKey = key, From = address.Option("from") ?? to[0] };
        if (address.Option("api") is { } api)
            options = options with { ApiUrl = api };
        return Recipients.Each(to, () => new SendGridNotifier(options, setting.Http));
    }
}
