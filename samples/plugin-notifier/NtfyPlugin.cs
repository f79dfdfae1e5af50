using Transponder.Notifiers;
using Transponder.Notifiers.Plugins;

namespace PluginNotifier;

/// <summary>Adds the type <c>ntfy</c>: messages to a topic of an ntfy server.</summary>
public sealed class NtfyPlugin : NotifierPlugin
{
    /// <inheritdoc />
    public override string Type => "ntfy";

    /// <inheritdoc />
    public override Notifier Create(NotifierPluginOptions options)
    {
        var url = options.Required("url");
        if (options.Http.Options.Policy.CheckUrl(url) is { } problem)
            throw new NotifierOptionException("url", problem);
        return new NtfyNotifier(url, options.Required("topic"), options.Secret("token"), options.Http);
    }
}
