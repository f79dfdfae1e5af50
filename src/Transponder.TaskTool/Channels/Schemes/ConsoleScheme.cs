using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Console;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>The console: the standard error unless said otherwise, since the standard output is a wrapped command's own.</summary>
internal sealed class ConsoleScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["console"];

    public override string Form => "console:, console:stdout?format=json";

    public override IReadOnlyList<string> Options => ["format"];

    public override bool IsPlain(ChannelAddress address, ChannelSetting setting) => true;

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        problem =
            address.Rest is not ("" or "stderr" or "stdout") ? "is console:stderr or console:stdout"
            : address.Option("format") is not (null or "text" or "json") ? "format is text or json"
            : null;
        return problem is null
            ? new ConsoleNotifier(
                new ConsoleOptions { Json = address.Option("format") == "json", ToStandardError = address.Rest != "stdout" }
            )
            : null;
    }
}
