using System.Text.RegularExpressions;
using Transponder.Core.Routing;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Channels;
using Transponder.Server.Plugins;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>channels</c>: a name, a type, the templates that every type has, and what the type itself needs.</summary>
internal static partial class ChannelsSection
{
    public static Dictionary<string, ChannelOptions> Read(ConfigSection section, OutboundPolicy outbound, PluginSet types)
    {
        var channels = new Dictionary<string, ChannelOptions>();
        foreach (var name in section.Keys)
        {
            var channel = section.Section(name);
            if (name == AddressBook.EmailChannel)
                channel.ErrorHere("the name \"email\" belongs to the mail server under notifications.emailer; choose another");
            else if (!Name().IsMatch(name))
                channel.ErrorHere($"\"{name}\" is not a channel name: lower-case letters, digits and -, at most 63");
            else if (ReadOne(channel, outbound, types) is { } options)
                channels[name] = options;
        }

        return channels;
    }

    private static ChannelOptions? ReadOne(ConfigSection channel, OutboundPolicy outbound, PluginSet types)
    {
        var type = channel.Required("type", $"what kind of channel this is; known: {types.Known}");
        if (type.Length == 0)
            return null;
        if (types.Find(type) is not { } registration)
        {
            channel.Error("type", $"\"{type}\" is not a type of channel; known: {types.Known}");
            return null;
        }

        var (title, body) = (NotificationsSection.Template(channel, "title"), NotificationsSection.Template(channel, "body"));
        var (projects, domains) = (Names(channel, "projects"), Names(channel, "domains"));
        return registration.Read(channel, outbound) is { } options
            ? options with
            {
                Title = title,
                Body = body,
                Projects = projects,
                Domains = domains,
            }
            : null;
    }

    /// <summary>The projects or domains that a channel is open to; null = all. An empty list could be meant as none or as all, so it is neither.</summary>
    public static HashSet<string>? Names(ConfigSection channel, string key)
    {
        var names = channel.Texts(key);
        if (!channel.Mentions(key))
            return null;
        if (names.Count == 0)
            channel.Error(key, "names none; leave the key out to open the channel to all");
        return names.ToHashSet(StringComparer.Ordinal);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex Name();
}
