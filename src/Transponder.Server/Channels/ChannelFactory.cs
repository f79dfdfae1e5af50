using Transponder.Core.Delivery;
using Transponder.Core.Routing;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary>Builds the channels that the configuration names.</summary>
internal static class ChannelFactory
{
    public static ChannelSet Create(TransponderOptions options, OutboundHttp http, TimeProvider time, ILogger logger)
    {
        var channels = options.Channels.Select(entry => Configured(entry.Key, entry.Value, http, time));
        if (options.Notifications.Mail is { } mail)
        {
            var worded = mail with { Title = options.Notifications.Subject, Body = options.Notifications.Body };
            channels = channels.Prepend(Configured(AddressBook.EmailChannel, worded, http, time));
        }
        var set = new ChannelSet(channels);
        foreach (var channel in set.All)
        {
            channel.Notifier.OnDefect = (message, error) =>
                logger.LogError(error, "Channel {Channel} has a defect that {Delivery} met", channel.Name, message.Id);
        }

        return set;
    }

    private static Channel Configured(string name, ChannelOptions channel, OutboundHttp http, TimeProvider time) =>
        new(
            name,
            channel.CreateNotifier(http, time),
            TemplateOr(channel.Title, DefaultTemplates.Title),
            TemplateOr(channel.Body, channel.DefaultBody),
            channel.Format,
            channel.Limits
        )
        {
            IncidentScope = channel.IncidentScope,
            Projects = channel.Projects,
            Domains = channel.Domains,
        };

    private static Template TemplateOr(string? text, Template fallback) => text is null ? fallback : Template.Parse(text);
}
