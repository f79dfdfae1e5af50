using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Console;
using Transponder.Notifiers.Plugins;

namespace Transponder.Server.Configuration.Reference;

/// <summary>Stands in the reference for every type of channel that a plugin adds.</summary>
internal sealed class SamplePlugin : NotifierPlugin
{
    public const string Name = "plugin";

    public override string Type => Name;

    public override Notifier Create(NotifierPluginOptions options) => new ConsoleNotifier(new ConsoleOptions());
}
