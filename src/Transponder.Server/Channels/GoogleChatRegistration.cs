using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.GoogleChat;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: googlechat</c>.</summary>
internal sealed class GoogleChatRegistration : IChannelRegistration
{
    public string Type => "googlechat";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var defaults = new GoogleChatOptions { WebhookUrl = SecretRef.FromValue("x") };
        var url = section.Secret("webhookUrl");
        if (url is null && !section.Has("webhookUrl"))
            section.Error("webhookUrl", "is missing: the URL of the space's incoming webhook");
        var options = defaults with
        {
            WebhookUrl = url ?? defaults.WebhookUrl,
            Threads = section.Flag("threads", defaults.Threads),
            Timeout = section.Duration("timeout", defaults.Timeout),
        };
        if (url is null)
            return null;
        foreach (var (key, problem) in options.Check(outbound))
            section.Report(key, problem, [url]);
        return new GoogleChatChannelOptions { GoogleChat = options };
    }
}

/// <summary>A channel of the type <c>googlechat</c>.</summary>
internal sealed record GoogleChatChannelOptions : ChannelOptions
{
    /// <summary>Google Chat's own options.</summary>
    public required GoogleChatOptions GoogleChat { get; init; }

    // All webhooks of a space share one message a second.
    internal override ChannelLimits Limits =>
        new()
        {
            Schedule = RetrySchedule.Chat,
            Rate = 1,
            Burst = 2,
            Concurrency = 2,
        };

    internal override string? CheckTarget(string? target) => GoogleChatNotifier.Check(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new GoogleChatNotifier(GoogleChat, http);
}
