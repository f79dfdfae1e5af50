using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Teams;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: teams</c>.</summary>
internal sealed class TeamsRegistration : IChannelRegistration
{
    public string Type => "teams";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var defaults = new TeamsOptions { WebhookUrl = SecretRef.FromValue("x") };
        var url = section.Secret("webhookUrl");
        if (url is null && !section.Has("webhookUrl"))
            section.Error("webhookUrl", "is missing: the URL of the workflow that posts to the channel");
        var timeout = section.Duration("timeout", defaults.Timeout);
        if (url is null)
            return null;
        var options = new TeamsOptions { WebhookUrl = url, Timeout = timeout };
        foreach (var (key, problem) in options.Check(outbound))
            section.Report(key, problem, [url]);
        return new TeamsChannelOptions { Teams = options };
    }
}

/// <summary>A channel of the type <c>teams</c>.</summary>
internal sealed record TeamsChannelOptions : ChannelOptions
{
    /// <summary>Teams' own options.</summary>
    public required TeamsOptions Teams { get; init; }

    // More than four requests a second are throttled.
    internal override ChannelLimits Limits =>
        new()
        {
            Schedule = RetrySchedule.Chat,
            Rate = 2,
            Burst = 4,
            Concurrency = 4,
        };

    internal override string? CheckTarget(string? target) => TeamsNotifier.Check(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new TeamsNotifier(Teams, http);
}
