using System.CommandLine;

namespace Transponder.Server.Commands.Terminal;

/// <summary>The options that say how a command answers.</summary>
internal sealed class OutputOptions
{
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "table for people, json for programs: one document, or for a list one object per line.",
        DefaultValueFactory = _ => "table",
        HelpName = "table|json",
    };

    private readonly Option<bool> noColor = new("--no-color") { Description = "Write no colours; NO_COLOR does the same." };

    public OutputOptions(Command command)
    {
        output.AcceptOnlyFromAmong("table", "json");
        command.Options.Add(output);
        command.Options.Add(noColor);
    }

    public Screen Open(ParseResult arguments) => Screen.Open(arguments.GetValue(output) == "json", arguments.GetValue(noColor));
}
