using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Apprise;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>An Apprise API server, which passes messages on to whatever Apprise knows.</summary>
internal sealed class AppriseScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["apprise", "apprise+http"];

    public override string Form => "apprise://host?key=env:KEY, apprise+http://host:8000?url=env:URL";

    public override IReadOnlyList<string> Options => ["key", "url", "tags", "authorization"];

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        problem = null;
        var options = new AppriseOptions
        {
            ServerUrl = $"{(address.Scheme == "apprise" ? "https" : "http")}://{address.Rest}",
            Tags = address.Option("tags"),
        };
        foreach (var (key, value) in address.Options.Where(option => option.Key != "tags"))
        {
            if (setting.Secret(value, $"{address.Shown}: {key}", out problem) is not { } secret)
                return null;
            options = key switch
            {
                "key" => options with { Key = secret },
                "url" => options with { Urls = [.. options.Urls, secret] },
                _ => options with { Authorization = secret },
            };
        }
        return new AppriseNotifier(options, setting.Http);
    }
}
