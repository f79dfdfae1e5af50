using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Transponder.TaskTool.Commands;

/// <summary>The tool's commands.</summary>
internal static class CommandLine
{
    private const int Width = 80;

    // "@" begins no file of arguments here: a message may begin with it.
    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    public static Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments, Plain);
        if (parsed.Action is not ParseErrorAction)
            return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        Trouble.Tell(
            string.Join(" ", parsed.Errors.Select(error => error.Message)) + $" See: {Names(parsed.CommandResult.Command)} --help"
        );
        return Task.FromResult(ExitCode.Usage);
    }

    public static RootCommand Create()
    {
        var root = new RootCommand("Messages from inside a task: Slack, mail, PagerDuty, webhooks and others.")
        {
            NotifyCommand.Create(),
            RunCommand.Create(),
            WatchIdleCommand.Create(),
            FlushCommand.Create(),
            ChannelsCommand.Create(),
            CompletionsCommand.Create(),
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpAction { MaxWidth = Width };
        return root;
    }

    private static string Names(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Names(parent)} {command.Name}" : "transponder-task";
}
