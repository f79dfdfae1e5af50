using System.Text.RegularExpressions;
using Transponder.Notifiers.Plugins;
using Transponder.Server.Channels;

namespace Transponder.Server.Plugins;

/// <summary>The types of channel that plugins add, each under a name of its own.</summary>
internal sealed partial class PluginSet
{
    /// <summary>What a type may be called.</summary>
    public const string NamePattern = "^[a-z0-9][a-z0-9-]{0,62}$";

    private readonly Dictionary<string, PluginRegistration> types = new(StringComparer.Ordinal);

    /// <summary>All types of channel, for people.</summary>
    public string Known => string.Join(", ", types.Keys.Order(StringComparer.Ordinal).Prepend(ChannelTypes.Known));

    /// <summary>The type of that name, built in or a plugin's; null when there is none.</summary>
    public IChannelRegistration? Find(string type) => ChannelTypes.Find(type) ?? types.GetValueOrDefault(type);

    /// <summary>Adds a plugin; what keeps it out, or null.</summary>
    public string? Add(NotifierPlugin plugin)
    {
        var type = plugin.Type;
        if (type is null || !Name().IsMatch(type))
            return $"\"{type}\" is not a name for a type of channel: lower-case letters, digits and -, at most 63";
        if (ChannelTypes.Find(type) is not null)
            return $"the type \"{type}\" is built in";
        return types.TryAdd(type, new PluginRegistration(plugin)) ? null : $"the type \"{type}\" is another plugin's already";
    }

    [GeneratedRegex(NamePattern)]
    private static partial Regex Name();
}
