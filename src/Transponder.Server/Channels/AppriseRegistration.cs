using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Apprise;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: apprise</c>.</summary>
internal sealed class AppriseRegistration : IChannelRegistration
{
    public string Type => "apprise";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var url = section.Required("url", "where the Apprise API server is");
        var defaults = new AppriseOptions { ServerUrl = url };
        var urls = section.Secret("urls");
        var options = defaults with
        {
            Key = section.Secret("key"),
            Urls = urls is null ? [] : [urls],
            Tags = section.Text("tags"),
            Authorization = section.Secret("authorization"),
            Timeout = section.Duration("timeout", defaults.Timeout),
        };
        if (url.Length == 0)
            return null;
        foreach (var (key, problem) in options.Check(outbound))
            section.Report(key.Split('[')[0], problem, [options.Key, options.Authorization, urls]);
        return new AppriseChannelOptions { Apprise = options };
    }
}

/// <summary>A channel of the type <c>apprise</c>.</summary>
internal sealed record AppriseChannelOptions : ChannelOptions
{
    /// <summary>The Apprise API's own options.</summary>
    public required AppriseOptions Apprise { get; init; }

    internal override ChannelLimits Limits =>
        new()
        {
            Schedule = RetrySchedule.Chat,
            Rate = 2,
            Burst = 5,
            Concurrency = 4,
        };

    internal override string? CheckTarget(string? target) => Apprise.CheckTarget(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new AppriseNotifier(Apprise, http);
}
