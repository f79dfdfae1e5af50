using System.CommandLine;
using Transponder.Protocol;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;

namespace Transponder.Server.Commands.Events;

/// <summary><c>events tail</c>: events as they are acknowledged, until interrupted. An outage of the server is waited out, and nothing is missed.</summary>
internal static class TailCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var execution = new Argument<string?>("execution")
        {
            Description = $"Only this execution: {ExecutionName.Form}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var after = new Option<long?>("--after")
        {
            Description = "Begin after this position of the log; 0 = at its beginning.",
            HelpName = "POSITION",
        };
        var limit = new Option<int>("--limit") { Description = "End after so many events; 0 = never.", HelpName = "N" };
        var raw = new Option<bool>("--with-request") { Description = "With -o json, each request's bytes too, in base64." };
        var command = new Command("tail", "Follow the log: events as they are acknowledged.") { execution, after, limit, raw };
        var filter = new EventFilterOptions(command);
        return command.Asks(
            async (call, cancellationToken) =>
            {
                var request = new WatchRequest
                {
                    Filter = filter.Filter(call.Arguments, call.Arguments.GetValue(execution)),
                    WithRequest = call.Screen.IsJson && call.Arguments.GetValue(raw),
                };
                if (call.Arguments.GetValue(after) is { } position)
                    request.After = position;
                var left = call.Arguments.GetValue(limit) is > 0 and var most ? most : int.MaxValue;
                while (left > 0)
                    left -= await FollowAsync(call, request, left, cancellationToken);
                return ExitCode.Ok;
            }
        );
    }

    /// <summary>Shows what one call answers; the request remembers how far that was. Answers how many events were shown.</summary>
    private static async Task<int> FollowAsync(ServerCall call, WatchRequest request, int limit, CancellationToken cancellationToken)
    {
        var shown = 0;
        try
        {
            await foreach (var reply in call.Client.Events.WatchAsync(request, cancellationToken))
            {
                foreach (var one in reply.Events)
                {
                    Show(call.Screen, one);
                    request.After = one.Position;
                    if (++shown == limit)
                        return shown;
                }

                request.After = reply.Position;
            }
        }
        catch (RpcException failure) when (failure.Code == StatusCode.Unavailable && request.HasAfter)
        {
            call.Screen.Remark($"{failure.Message}; trying again");
        }

        await Task.Delay(Pause, cancellationToken);
        return shown;
    }

    private static void Show(Screen screen, Event one)
    {
        if (screen.IsJson)
            screen.JsonLine(one);
        else
            screen.Line(
                new Cell($"{Moments.Precise(one.OccurredAt)}  ", Ink.Faint),
                $"{EventWords.Owner(one)}  {EventWords.Subject(one)}  {EventWords.Phase(one)}  ",
                EventWords.Error(one)
            );
    }
}
