using Transponder.Notifiers;
using Transponder.Notifiers.Plugins;
using Transponder.Tests.Notifiers;

namespace Transponder.Tests.Server.Plugins;

/// <summary>A plugin as a program registers it that hosts the server; a tester names its type.</summary>
internal sealed class RegisteredPlugin(string type) : NotifierPlugin
{
    public override string Type => type;

    public override Notifier Create(NotifierPluginOptions options)
    {
        _ = options.RequiredSecret("token");
        if (options.Text("mood") is { } mood && mood != "good")
            throw new NotifierOptionException("mood", $"\"{mood}\" is no mood");
        if (options.Text("defect") is not null)
            throw new InvalidOperationException("with a secret in it");
        return new RecordingNotifier();
    }
}

/// <summary>A plugin that cannot even be made.</summary>
public sealed class BrokenPlugin : NotifierPlugin
{
    public BrokenPlugin() => throw new InvalidOperationException("it is broken");

    public override string Type => "broken";

    public override Notifier Create(NotifierPluginOptions options) => throw new NotSupportedException();
}
