using Transponder.Notifiers;
using Transponder.TaskTool.Plugins;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>A program that sends messages: they come to it as JSON on its standard input.</summary>
internal sealed class ExecScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["exec"];

    public override string Form => "exec:/path/to/program?arg=--fast&timeout=10s";

    public override IReadOnlyList<string> Options => ["arg", "timeout"];

    public override bool IsPlain(ChannelAddress address, ChannelSetting setting) => true;

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        var timeout = ProgramOptions.UsualTimeout;
        problem =
            address.Rest.Length == 0 ? "names no program"
            : address.Option("timeout") is { } text && !DurationText.TryParse(text, out timeout) ? "timeout is a time such as 10s"
            : timeout <= TimeSpan.Zero || timeout > ProgramOptions.LongestTimeout ? "timeout is at most 5m, and not nothing"
            : null;
        if (problem is not null)
            return null;
        var arguments = address.Options.Where(option => option.Key == "arg").Select(option => option.Value);
        return new ProgramNotifier(new ProgramOptions(address.Rest, [.. arguments], timeout));
    }
}
