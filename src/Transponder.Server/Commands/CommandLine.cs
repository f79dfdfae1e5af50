using System.CommandLine;
using System.CommandLine.Invocation;
using Transponder.Server.Commands.Channels;
using Transponder.Server.Commands.Completions;
using Transponder.Server.Commands.Deliveries;
using Transponder.Server.Commands.Demo;
using Transponder.Server.Commands.Doctor;
using Transponder.Server.Commands.Events;
using Transponder.Server.Commands.Executions;
using Transponder.Server.Commands.Explain;
using Transponder.Server.Commands.Play;
using Transponder.Server.Commands.Sinks;
using Transponder.Server.Commands.Terminal;

namespace Transponder.Server.Commands;

/// <summary>The program's commands.</summary>
internal static class CommandLine
{
    public static Task<int> RunAsync(string[] arguments, InvocationConfiguration configuration)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Action is not ParseErrorAction)
            return parsed.InvokeAsync(configuration);

        var command = string.Join(' ', Names(parsed.CommandResult.Command));
        var problems = string.Join(" ", parsed.Errors.Select(error => PlainText.Line(error.Message)));
        Console.Error.WriteLine($"error: {problems} See: {command} --help");
        return Task.FromResult(ExitCode.Usage);
    }

    private static RootCommand Create() =>
        new("Transponder: a workflow platform's voice.")
        {
            ServeCommand.Create(),
            CheckConfigCommand.Create(),
            MigrateCommand.Create(),
            BackupCommand.Create(),
            ConfigReferenceCommand.Create(),
            DemoCommand.Create(),
            PlayCommand.Create(),
            ExplainCommand.Create(),
            DeliveriesCommand.Create(),
            EventsCommand.Create(),
            ExecutionsCommand.Create(),
            ChannelsCommand.Create(),
            SendTestCommand.Create(),
            RenderCommand.Create(),
            SinksCommand.Create(),
            DoctorCommand.Create(),
            CompletionsCommand.Create(),
        };

    private static IEnumerable<string> Names(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Names(parent).Append(command.Name) : ["transponder"];
}
