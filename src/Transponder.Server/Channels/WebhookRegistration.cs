using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: webhook</c>.</summary>
internal sealed class WebhookRegistration : IChannelRegistration
{
    public string Type => "webhook";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var defaults = new WebhookOptions { Url = SecretRef.FromValue("x") };
        var url = section.TextOrSecret("url");
        if (url is null && !section.Has("url"))
            section.Error("url", "is missing: where the requests go");
        var headers = section.Section("headers");
        var options = new WebhookOptions
        {
            Url = url ?? defaults.Url,
            Format = section.Choice(
                "format",
                WebhookFormat.Native,
                ("native", WebhookFormat.Native),
                ("cloudevents", WebhookFormat.CloudEvents)
            ),
            SigningSecret = section.Secret("signingSecret"),
            PreviousSigningSecrets = section.Secret("previousSigningSecret") is { } previous ? [previous] : [],
            Headers = headers
                .Keys.Select(name => (name, value: headers.TextOrSecret(name)))
                .Where(header => header.value is not null)
                .ToDictionary(header => header.name, header => header.value!),
            Timeout = section.Duration("timeout", defaults.Timeout),
            Source = section.Text("source", defaults.Source),
            TraceContext = section.Flag("traceContext", defaults.TraceContext),
        };
        if (url is null)
            return null;
        foreach (var (key, problem) in options.Check(outbound))
        {
            var (place, name) = key.StartsWith("headers.", StringComparison.Ordinal) ? (headers, key["headers.".Length..]) : (section, key);
            place.Report(
                name.StartsWith("previous", StringComparison.Ordinal) ? "previousSigningSecret" : name,
                problem,
                [options.Url, options.SigningSecret, .. options.PreviousSigningSecrets, .. options.Headers.Values]
            );
        }

        return new WebhookChannelOptions { Webhook = options };
    }
}

/// <summary>A channel of the type <c>webhook</c>.</summary>
internal sealed record WebhookChannelOptions : ChannelOptions
{
    /// <summary>The webhook's own options.</summary>
    public required WebhookOptions Webhook { get; init; }

    internal override ChannelLimits Limits => new() { Schedule = RetrySchedule.Webhook };

    internal override string? CheckTarget(string? target) => WebhookNotifier.Check(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new WebhookNotifier(Webhook, http, time);
}
