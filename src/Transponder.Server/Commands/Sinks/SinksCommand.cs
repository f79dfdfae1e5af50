using System.CommandLine;
using System.Globalization;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using State = Transponder.V1.SinkSummary.Types.State;

namespace Transponder.Server.Commands.Sinks;

/// <summary><c>sinks</c>: where events go to, and how far each sink is.</summary>
internal static class SinksCommand
{
    public static Command Create() =>
        new("sinks", "Show where events go to, and what did not get there.") { List(), Show(), QuarantineCommand.Create() };

    private static Command List() =>
        new Command("list", "List the server's sinks, and how far each is.").Asks(
            async (call, cancellationToken) =>
            {
                var table = new TextTable(
                    new TextColumn("SINK"),
                    new TextColumn("TYPE"),
                    new TextColumn("STATE"),
                    new TextColumn("LAG", IsNumber: true),
                    new TextColumn("AGE", IsNumber: true),
                    new TextColumn("HELD", IsNumber: true),
                    new TextColumn("QUARANTINED", IsNumber: true),
                    new TextColumn("WHERE", IsProse: true)
                );
                foreach (var sink in (await call.Client.Operations.ListSinksAsync(cancellationToken)).Sinks)
                {
                    if (call.Screen.IsJson)
                        call.Screen.JsonLine(sink);
                    else
                        table.Add(
                            new Cell(sink.Name, Ink.Strong),
                            sink.Type,
                            StateCell(sink),
                            Number(sink.Lag),
                            Age(sink),
                            Number(sink.Held),
                            Number((long)sink.Quarantined),
                            sink.Description
                        );
                }

                if (!call.Screen.IsJson && table.Count > 0)
                    call.Screen.Table(table);
                else if (!call.Screen.IsJson)
                    call.Screen.Remark("there is no sink");
                return ExitCode.Ok;
            }
        );

    private static Command Show()
    {
        var name = new Argument<string>("sink") { Description = "The sink's name, as list shows it." };
        return new Command("show", "Show all about one sink; ends with 1 while nothing gets through.") { name }.Asks(
            async (call, cancellationToken) =>
            {
                var wanted = call.Arguments.GetValue(name)!;
                var sinks = (await call.Client.Operations.ListSinksAsync(cancellationToken)).Sinks;
                var sink =
                    sinks.FirstOrDefault(one => one.Name == wanted)
                    ?? throw new UsageFailure(
                        $"there is no sink \"{wanted}\"; there are: {string.Join(", ", sinks.Select(one => one.Name))}"
                    );
                if (call.Screen.IsJson)
                    call.Screen.Json(sink);
                else
                    call.Screen.Facts(
                        ("Sink", new Cell(sink.Name, Ink.Strong)),
                        ("Type", sink.Type),
                        ("Where", sink.Description),
                        ("Events", $"{string.Join(", ", sink.EventTypes)}, as {sink.Format}"),
                        ("State", StateCell(sink)),
                        ("Since", Moments.Text(sink.Since)),
                        ("Last error", sink.Error),
                        ("Lag", sink.Lag == 0 ? "none" : $"{Number(sink.Lag)} positions, {Age(sink)}"),
                        ("Held", $"{sink.Held} executions"),
                        ("Quarantined", $"{sink.Quarantined} messages"),
                        ("Lanes here", $"{sink.Lanes} of 16")
                    );
                return sink.State == State.Waiting ? ExitCode.Failed : ExitCode.Ok;
            }
        );
    }

    private static Cell StateCell(SinkSummary sink) =>
        sink.State switch
        {
            State.Waiting => new Cell("waiting", Ink.Bad),
            _ when sink.Held > 0 || sink.Quarantined > 0 => new Cell("running", Ink.Doubtful),
            _ => new Cell("running", Ink.Good),
        };

    private static string Age(SinkSummary sink) =>
        sink.Lag == 0 || sink.Age is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{sink.Age.ToTimeSpan().TotalSeconds:0} s");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
