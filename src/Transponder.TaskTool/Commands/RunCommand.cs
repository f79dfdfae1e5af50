using System.CommandLine;
using System.Globalization;
using Transponder.TaskTool.Processes;
using Transponder.TaskTool.Running;
using Transponder.TaskTool.Sending;

namespace Transponder.TaskTool.Commands;

/// <summary><c>run</c>: wraps a command and tells how it goes.</summary>
internal static class RunCommand
{
    private const int UsualLines = 20;
    private const int MostLines = 200;

    public static Command Create()
    {
        var words = new Argument<string[]>("command")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "After --: the command and its arguments.",
        };
        var on = new Option<string[]>("--on") { HelpName = "MOMENTS", Description = $"When to send: {RunPlan.Words}. [failure,success]" };
        var to = SendOptions.To();
        var name = new Option<string>("--name") { HelpName = "TEXT", Description = "What messages call it. [the task, or the program]" };
        var lines = new Option<int?>("--lines")
        {
            HelpName = "N",
            Description = $"How many last lines of its output a failure shows; 0 = none. [{UsualLines}]",
        };
        var send = new SendOptions();
        var command = new Command("run", "Run a command and tell how it ends; its output, signals and exit code are its own.")
        {
            on,
            to,
            name,
            lines,
            words,
        };
        send.AddTo(command);
        on.Validators.Add(result =>
        {
            if (!RunPlan.TryParse(result.Tokens.Select(token => token.Value), out _, out var problem))
                result.AddError(problem);
        });
        lines.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostLines)
            )
                result.AddError($"--lines is a number up to {MostLines}.");
        });
        command.SetAction(async parsed =>
        {
            var settings = send.Read(parsed, parsed.GetValue(to) ?? []);
            var sender = Sender.Open(settings, ToolEnvironment.Read(), Trouble.Tell);
            await using (sender.ConfigureAwait(false))
            {
                string[] moments = parsed.GetValue(on) is { Length: > 0 } given ? given : ["failure,success"];
                if (!RunPlan.TryParse(moments, out var plan, out _) || (settings.Strict && sender.HasFailed))
                    return ExitCode.Usage;
                var written = parsed.GetValue(words)!;
                var called = parsed.GetValue(name) ?? sender.Pod.Execution?.Task?.Name ?? CommandName.Of(written);
                var code = await new CommandRun(
                    RawArguments.Last(written),
                    plan,
                    sender,
                    new RunTexts(sender.Pod, called, Environment.MachineName),
                    parsed.GetValue(lines) ?? UsualLines
                )
                    .RunAsync()
                    .ConfigureAwait(false);
                return code == ExitCode.Ok && settings.Strict && sender.HasFailed ? ExitCode.Failed : code;
            }
        });
        return command;
    }
}
