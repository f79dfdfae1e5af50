using System.CommandLine;
using Transponder.TaskTool.Sending;

namespace Transponder.TaskTool.Commands;

/// <summary>The options that every sending command has.</summary>
internal sealed class SendOptions
{
    private readonly Option<bool> strict = new("--strict") { Description = "Fail when a message cannot be delivered." };
    private readonly Option<bool> noSpool = new("--no-spool") { Description = "Keep nothing on disk for later." };
    private readonly Option<string> deadline = DurationOption("--deadline", "TIME", "The longest that sending may take. [10s]");

    public static Option<string> DurationOption(string name, string help, string description)
    {
        var option = new Option<string>(name) { HelpName = help, Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !DurationText.TryParse(token.Value, out _))
                result.AddError($"{name} is a time such as 30s, 10m or 1h30m.");
        });
        return option;
    }

    public static Option<string[]> To() =>
        new("--to") { HelpName = "CHANNEL", Description = "A channel's URL or name; may come several times." };

    public void AddTo(Command command)
    {
        command.Options.Add(strict);
        command.Options.Add(noSpool);
        command.Options.Add(deadline);
    }

    public SendSettings Read(ParseResult parsed, IReadOnlyList<string>? channels) =>
        new()
        {
            Channels = channels,
            Strict = parsed.GetValue(strict),
            Keep = !parsed.GetValue(noSpool),
            Deadline = Duration(parsed.GetValue(deadline)) ?? SendSettings.UsualDeadline,
        };

    public static TimeSpan? Duration(string? text) => text is not null && DurationText.TryParse(text, out var time) ? time : null;
}
