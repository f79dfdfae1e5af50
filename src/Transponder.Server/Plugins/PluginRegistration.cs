using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Plugins;
using Transponder.Server.Channels;
using Transponder.Server.Configuration;

namespace Transponder.Server.Plugins;

/// <summary>A type of channel that a plugin adds: its own keys stand under <c>options</c>.</summary>
internal sealed class PluginRegistration(NotifierPlugin plugin) : IChannelRegistration
{
    public string Type => plugin.Type;

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var options = section.Section("options");
        var values = new Dictionary<string, string>();
        var secrets = new Dictionary<string, SecretRef>();
        foreach (var key in options.Keys)
        {
            if (options.TextOrSecret(key) is not { } written)
                continue;
            if (options.IsMap(key))
                secrets[key] = written;
            else
                values[key] = options.Text(key)!;
        }

        var channel = new PluginChannelOptions
        {
            Plugin = plugin,
            Name = section.Key[(section.Key.LastIndexOf('.') + 1)..],
            Values = values,
            Secrets = secrets,
        };
        return Check(options, channel, outbound) ? channel : null;
    }

    private static bool Check(ConfigSection options, PluginChannelOptions channel, OutboundPolicy outbound)
    {
        using var http = new OutboundHttp(new OutboundOptions { Policy = outbound });
        try
        {
            var asked = channel.OptionsWith(http, TimeProvider.System);
            channel.Checker = channel.Plugin.Create(asked);
            foreach (var key in asked.Unread)
                options.Warn(key, $"is not an option of the type \"{channel.Plugin.Type}\"");
        }
        catch (NotifierOptionException wrong)
        {
            options.Error(wrong.Option, wrong.Message);
            return false;
        }
        catch (Exception error)
        {
            options.ErrorHere($"the plugin of \"{channel.Plugin.Type}\" failed with these options: {error.GetType().Name}");
            return false;
        }
        foreach (var (key, secret) in channel.Secrets)
            options.WarnIfUnreadable(key, secret);
        return true;
    }
}
