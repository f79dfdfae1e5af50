using System.CommandLine;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using State = Transponder.V1.Replay.Types.State;

namespace Transponder.Server.Commands.Events;

/// <summary><c>events replay</c>: sends a stretch of the log to a sink again.</summary>
internal static class ReplayCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var sink = new Option<string>("--sink") { Description = "The sink's name in the server's configuration.", Required = true };
        var execution = new Argument<string?>("execution")
        {
            Description = $"Only this execution: {ExecutionName.Form}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var rate = new Option<uint>("--rate")
        {
            Description = "Messages per second at most.",
            DefaultValueFactory = _ => 100,
            HelpName = "N",
        };
        var all = new Option<bool>("--all") { Description = "The whole log: needed when nothing says which events." };
        var wait = new Option<bool>("--wait") { Description = "End when the replay has; interrupting it leaves the replay running." };
        var command = new Command("replay", "Send events to a sink again, beside what it is sent anyway. Their ids stay the same.")
        {
            execution,
            sink,
            rate,
            all,
            wait,
        };
        var filter = new EventFilterOptions(command, "--from", "--to");
        return command.Asks(
            async (call, cancellationToken) =>
            {
                var request = new StartReplayRequest
                {
                    Sink = call.Arguments.GetRequiredValue(sink),
                    Filter = filter.Filter(call.Arguments, call.Arguments.GetValue(execution)),
                    Rate = call.Arguments.GetValue(rate),
                };
                if (request.Filter.Equals(new EventFilter()) && !call.Arguments.GetValue(all))
                    throw new UsageFailure("say which events, for instance by --from and --to, or --all for the whole log");
                var replay = await call.Client.Replays.StartReplayAsync(request, cancellationToken);
                while (call.Arguments.GetValue(wait) && replay.State == State.Running)
                {
                    await Task.Delay(Pause, cancellationToken);
                    replay = await call.Client.Replays.GetReplayAsync(new GetReplayRequest { Id = replay.Id }, cancellationToken);
                }

                if (call.Screen.IsJson)
                    call.Screen.Json(replay);
                else
                    call.Screen.Line(Said(replay));
                return ExitCode.Ok;
            }
        );
    }

    private static string Said(Replay replay) =>
        replay.State == State.Running
            ? $"replay {replay.Id} to {replay.Sink} has begun; \"events replays list\" says how far it is"
            : $"replay {replay.Id} to {replay.Sink} is {replay.State.ToString().ToLowerInvariant()}: {replay.Sent} sent, {replay.Refused} refused";
}
