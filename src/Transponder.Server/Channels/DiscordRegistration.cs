using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Discord;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: discord</c>.</summary>
internal sealed class DiscordRegistration : IChannelRegistration
{
    public string Type => "discord";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var defaults = new DiscordOptions { WebhookUrl = SecretRef.FromValue("x") };
        var url = section.Secret("webhookUrl");
        if (url is null && !section.Has("webhookUrl"))
            section.Error("webhookUrl", "is missing: the URL of the webhook");
        var options = defaults with
        {
            WebhookUrl = url ?? defaults.WebhookUrl,
            ThreadId = section.Text("threadId"),
            Timeout = section.Duration("timeout", defaults.Timeout),
        };
        if (url is null)
            return null;
        foreach (var (key, problem) in options.Check(outbound))
            section.Report(key, problem, [url]);
        return new DiscordChannelOptions { Discord = options };
    }
}

/// <summary>A channel of the type <c>discord</c>.</summary>
internal sealed record DiscordChannelOptions : ChannelOptions
{
    /// <summary>Discord's own options.</summary>
    public required DiscordOptions Discord { get; init; }

    // Discord publishes no figure; a webhook takes about thirty messages a minute, and its 429 says the rest.
    internal override ChannelLimits Limits =>
        new()
        {
            Schedule = RetrySchedule.Chat,
            Rate = 0.5,
            Burst = 5,
            Concurrency = 2,
        };

    internal override string? CheckTarget(string? target) => DiscordOptions.CheckTarget(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new DiscordNotifier(Discord, http);
}
