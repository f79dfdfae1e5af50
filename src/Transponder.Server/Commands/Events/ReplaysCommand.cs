using System.CommandLine;
using System.Globalization;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using State = Transponder.V1.Replay.Types.State;

namespace Transponder.Server.Commands.Events;

/// <summary><c>events replays</c>: how far replays are, and their early end.</summary>
internal static class ReplaysCommand
{
    public static Command Create() => new("replays", "See how far replays are, and end them.") { List(), Cancel() };

    private static Command List()
    {
        var limit = new Option<uint>("--limit", "-n")
        {
            Description = "How many at most.",
            DefaultValueFactory = _ => 20,
            HelpName = "N",
        };
        return new Command("list", "List the latest replays, newest first.") { limit }.Asks(
            async (call, cancellationToken) =>
            {
                var request = new ListReplaysRequest { Limit = call.Arguments.GetValue(limit) };
                var replays = (await call.Client.Replays.ListReplaysAsync(request, cancellationToken)).Replays;
                var table = new TextTable([
                    new TextColumn("ID"),
                    new TextColumn("SINK"),
                    new TextColumn("STATE"),
                    new TextColumn("DONE", IsNumber: true),
                    new TextColumn("SENT", IsNumber: true),
                    new TextColumn("REFUSED", IsNumber: true),
                    new TextColumn("STARTED"),
                    new TextColumn("WAITS FOR", IsProse: true),
                ]);
                foreach (var replay in replays)
                    if (call.Screen.IsJson)
                        call.Screen.JsonLine(replay);
                    else
                        table.Add(Row(replay));
                if (table.Count > 0)
                    call.Screen.Table(table);
                else if (!call.Screen.IsJson)
                    call.Screen.Remark("there is no replay");
                return ExitCode.Ok;
            }
        );
    }

    private static Command Cancel()
    {
        var id = new Argument<string>("id") { Description = "The replay's id." };
        return new Command("cancel", "End a replay where it is.") { id }.Asks(
            async (call, cancellationToken) =>
            {
                var request = new CancelReplayRequest { Id = call.Arguments.GetRequiredValue(id) };
                var replay = await call.Client.Replays.CancelReplayAsync(request, cancellationToken);
                if (call.Screen.IsJson)
                    call.Screen.Json(replay);
                else
                    call.Screen.Line($"cancelled; {replay.Sent} had been sent");
                return ExitCode.Ok;
            }
        );
    }

    private static Cell[] Row(Replay replay) =>
        [
            replay.Id,
            replay.Sink,
            new Cell(replay.State.ToString().ToLowerInvariant(), replay.State == State.Done ? Ink.Good : Ink.None),
            replay.Until == 0 ? "100 %" : string.Create(CultureInfo.InvariantCulture, $"{100 * replay.Position / replay.Until} %"),
            Number(replay.Sent),
            Number(replay.Refused),
            Moments.Text(replay.CreatedAt),
            new Cell(replay.Detail, Ink.Doubtful),
        ];

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
