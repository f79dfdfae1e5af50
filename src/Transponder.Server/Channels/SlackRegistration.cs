using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Slack;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: slack</c>.</summary>
internal sealed class SlackRegistration : IChannelRegistration
{
    public string Type => "slack";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var defaults = new SlackOptions();
        var options = new SlackOptions
        {
            WebhookUrl = section.Secret("webhookUrl"),
            BotToken = section.Secret("botToken"),
            ApiUrl = section.Text("apiUrl", defaults.ApiUrl),
            Channel = section.Text("channel"),
            Timeout = section.Duration("timeout", defaults.Timeout),
        };
        // A reference that cannot be read as one has its problem already.
        if (options is { WebhookUrl: null, BotToken: null } && (section.Has("webhookUrl") || section.Has("botToken")))
            return null;
        foreach (var (key, problem) in options.Check(outbound))
            section.Report(key, problem, [options.WebhookUrl, options.BotToken]);
        return new SlackChannelOptions { Slack = options };
    }
}

/// <summary>A channel of the type <c>slack</c>.</summary>
internal sealed record SlackChannelOptions : ChannelOptions
{
    /// <summary>Slack's own options.</summary>
    public required SlackOptions Slack { get; init; }

    internal override BodyFormat Format => BodyFormat.Mrkdwn;

    // Slack takes about one message a second for each of its channels, and short bursts.
    internal override ChannelLimits Limits =>
        new()
        {
            Schedule = RetrySchedule.Chat,
            Rate = 1,
            Burst = 5,
            Concurrency = 4,
        };

    internal override string? CheckTarget(string? target) => Slack.CheckTarget(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new SlackNotifier(Slack, http);
}
