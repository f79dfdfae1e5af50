using System.CommandLine;
using Transponder.Notifiers.Timing;
using Transponder.TaskTool.Processes;
using Transponder.TaskTool.Sending;
using Transponder.TaskTool.Watching;

namespace Transponder.TaskTool.Commands;

/// <summary><c>watch-idle</c>: watches an interactive server, keeps its people informed, and ends it when nobody uses it.</summary>
internal static class WatchIdleCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("command")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "After --: the server's command; it is started here and ended when it is idle.",
        };
        var heartbeat = new Option<string>("--heartbeat")
        {
            HelpName = "FILE",
            Description = "A file that the server touches while it is used. [code-server's]",
        };
        var port = new Option<int?>("--port")
        {
            HelpName = "N",
            Description = "The server's TCP port: it is used while someone is connected.",
        };
        var idle = SendOptions.DurationOption("--idle-for", "TIME", "End it when it has been idle for longer. [10h]");
        var warn = SendOptions.DurationOption("--warn-before", "TIME", "How long before the end its people are reminded. [10m]");
        var poll = SendOptions.DurationOption("--poll", "TIME", "How often to look. [60s; with --port 5s]");
        var kill = new Option<int?>("--kill-pid") { HelpName = "PID", Description = "A server that runs already: end this process." };
        var name = new Option<string>("--name") { HelpName = "TEXT", Description = "What messages call the server. [VSCode server]" };
        var to = SendOptions.To();
        var send = new SendOptions();
        var command = new Command("watch-idle", "Watch an interactive server; remind its people, and end it when nobody uses it.")
        {
            heartbeat,
            port,
            idle,
            warn,
            poll,
            kill,
            name,
            to,
            words,
        };
        send.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(heartbeat) is not null && result.GetValue(port) is not null)
                result.AddError("--heartbeat and --port exclude each other.");
            if (result.GetValue(kill) is not null && result.GetValue(words) is { Length: > 0 })
                result.AddError("--kill-pid and a command exclude each other.");
            if (result.GetValue(port) is < 1 or > 65535)
                result.AddError("--port is a number from 1 to 65535.");
            if (result.GetValue(kill) is < 2)
                result.AddError("--kill-pid is the number of a process.");
            if (SendOptions.Duration(result.GetValue(poll)) == TimeSpan.Zero)
                result.AddError("--poll is longer than nothing.");
        });
        command.SetAction(async parsed =>
        {
            var settings = send.Read(parsed, parsed.GetValue(to) ?? []);
            var sender = Sender.Open(settings, ToolEnvironment.Read(), Trouble.Tell);
            await using (sender.ConfigureAwait(false))
            {
                if (settings.Strict && sender.HasFailed)
                    return ExitCode.Usage;
                var usual = new SessionOptions();
                var session = new SessionOptions
                {
                    MaxIdle = SendOptions.Duration(parsed.GetValue(idle)) ?? usual.MaxIdle,
                    WarnBefore = SendOptions.Duration(parsed.GetValue(warn)) ?? usual.WarnBefore,
                    Poll =
                        SendOptions.Duration(parsed.GetValue(poll))
                        ?? (parsed.GetValue(port) is null ? usual.Poll : TimeSpan.FromSeconds(5)),
                    Server = parsed.GetValue(name) ?? usual.Server,
                };
                Func<DateTimeOffset?> activity = parsed.GetValue(port) is { } number
                    ? new PortActivity(number, sender.Pod.Time).Look
                    : HeartbeatFile.At(parsed.GetValue(heartbeat));
                var watch = new IdleWatch(session, activity, sender);
                var code = parsed.GetValue(words) is { Length: > 0 } written
                    ? await watch.RunAsync(RawArguments.Last(written)).ConfigureAwait(false)
                    : await watch.RunAsync(parsed.GetValue(kill)).ConfigureAwait(false);
                return code == ExitCode.Ok && settings.Strict && sender.HasFailed ? ExitCode.Failed : code;
            }
        });
        return command;
    }
}
