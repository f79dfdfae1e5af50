using System.Text.RegularExpressions;
using Transponder.Core.Routing;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Notifiers.Outbound;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>channels</c>: a name, a type, and what the type needs.</summary>
internal static partial class ChannelsSection
{
    public static Dictionary<string, ChannelOptions> Read(ConfigSection section, OutboundPolicy outbound)
    {
        var channels = new Dictionary<string, ChannelOptions>();
        foreach (var name in section.Keys)
        {
            var channel = section.Section(name);
            if (name == AddressBook.EmailChannel)
                channel.ErrorHere("the name \"email\" belongs to the mail server under notifications.emailer; choose another");
            else if (!Name().IsMatch(name))
                channel.ErrorHere($"\"{name}\" is not a channel name: lower-case letters, digits and -, at most 63");
            else if (channel.Required("type", "what kind of channel this is; known: webhook") is { Length: > 0 } type)
                Add(channels, name, type, channel, outbound);
        }

        return channels;
    }

    private static void Add(
        Dictionary<string, ChannelOptions> channels,
        string name,
        string type,
        ConfigSection channel,
        OutboundPolicy outbound
    )
    {
        if (type != "webhook")
        {
            channel.Error("type", $"\"{type}\" is not a type of channel; known: webhook");
            return;
        }

        if (Webhook(channel, outbound) is { } webhook)
        {
            channels[name] = new ChannelOptions
            {
                Webhook = webhook,
                Title = NotificationsSection.Template(channel, "title"),
                Body = NotificationsSection.Template(channel, "body"),
            };
        }
    }

    private static WebhookOptions? Webhook(ConfigSection channel, OutboundPolicy outbound)
    {
        var defaults = new WebhookOptions { Url = SecretRef.FromValue("x") };
        var url = TextOrSecret(channel, "url");
        if (url is null && !channel.Has("url"))
            channel.Error("url", "is missing: where the requests go");
        var headers = channel.Section("headers");
        var options = new WebhookOptions
        {
            Url = url ?? defaults.Url,
            Format = channel.Choice(
                "format",
                WebhookFormat.Native,
                ("native", WebhookFormat.Native),
                ("cloudevents", WebhookFormat.CloudEvents)
            ),
            SigningSecret = channel.Secret("signingSecret"),
            PreviousSigningSecrets = channel.Secret("previousSigningSecret") is { } previous ? [previous] : [],
            Headers = headers
                .Keys.Select(name => (name, value: TextOrSecret(headers, name)))
                .Where(header => header.value is not null)
                .ToDictionary(header => header.name, header => header.value!),
            Timeout = channel.Duration("timeout", defaults.Timeout),
            Source = channel.Text("source", defaults.Source),
        };
        if (url is null)
            return null;
        foreach (var (key, problem) in options.Check(outbound))
        {
            var (section, name) = key.StartsWith("headers.", StringComparison.Ordinal)
                ? (headers, key["headers.".Length..])
                : (channel, key);
            var place = name.StartsWith("previous", StringComparison.Ordinal) ? "previousSigningSecret" : name;
            if (IsUnreadable(options, problem))
                section.Warn(place, $"{problem}; messages will wait until it is there");
            else
                section.Error(place, problem);
        }

        return options;
    }

    // A secret that is mounted late must not keep the server from taking events.
    private static bool IsUnreadable(WebhookOptions options, string problem) =>
        new[] { options.Url, options.SigningSecret }
            .Concat(options.PreviousSigningSecrets)
            .Concat(options.Headers.Values)
            .Any(secret => secret is not null && !secret.TryResolve(out _, out var unreadable) && unreadable == problem);

    private static SecretRef? TextOrSecret(ConfigSection section, string key) =>
        section.IsMap(key) ? section.Secret(key)
        : section.Text(key) is { } text ? SecretRef.FromValue(text)
        : null;

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex Name();
}
