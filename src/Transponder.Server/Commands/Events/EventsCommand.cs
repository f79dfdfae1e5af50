using System.CommandLine;
using System.Globalization;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;

namespace Transponder.Server.Commands.Events;

/// <summary><c>events</c>: the log of what was acknowledged.</summary>
internal static class EventsCommand
{
    public static Command Create() =>
        new("events", "Read the event log.") { List(), TailCommand.Create(), ReplayCommand.Create(), ReplaysCommand.Create() };

    private static Command List()
    {
        var execution = new Argument<string?>("execution")
        {
            Description = $"Only this execution: {ExecutionName.Form}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var newest = new Option<bool>("--newest-first") { Description = "Begin at the end of the log." };
        var after = new Option<long>("--after") { Description = "Only events after this position.", HelpName = "POSITION" };
        var raw = new Option<bool>("--with-request") { Description = "With -o json, each request's bytes too, in base64." };
        var command = new Command("list", "List events in the order of the log.") { execution, newest, after, raw };
        var filter = new EventFilterOptions(command);
        var paging = new PagingOptions(command);
        return command.Asks(
            async (call, cancellationToken) =>
            {
                var request = new ListEventsRequest
                {
                    Filter = filter.Filter(call.Arguments, call.Arguments.GetValue(execution)),
                    NewestFirst = call.Arguments.GetValue(newest),
                    After = call.Arguments.GetValue(after),
                    WithRequest = call.Screen.IsJson && call.Arguments.GetValue(raw),
                };
                var list = new EventList(call.Screen, ofOne: request.Filter.Name.Length > 0);
                await paging.ReadAsync(
                    call,
                    async (limit, token) =>
                    {
                        request.Limit = limit;
                        request.Token = token;
                        var page = await call.Client.Events.ListEventsAsync(request, cancellationToken);
                        foreach (var one in page.Events)
                            list.Add(one);
                        return (page.Events.Count, page.Token);
                    },
                    list.End
                );
                return ExitCode.Ok;
            }
        );
    }

    private sealed class EventList(Screen screen, bool ofOne)
    {
        private readonly TextTable table = new([
            new TextColumn("POSITION", IsNumber: true),
            new TextColumn("OCCURRED"),
            new TextColumn("SUBJECT"),
            new TextColumn("PHASE"),
            .. ofOne ? [] : new[] { new TextColumn("EXECUTION") },
            new TextColumn("ERROR", IsProse: true),
        ]);

        public void Add(Event one)
        {
            if (screen.IsJson)
            {
                screen.JsonLine(one);
                return;
            }

            table.Add([
                one.Position.ToString(CultureInfo.InvariantCulture),
                Moments.Precise(one.OccurredAt),
                EventWords.Subject(one),
                EventWords.Phase(one),
                .. ofOne ? [] : new Cell[] { EventWords.Owner(one) },
                EventWords.Error(one),
            ]);
        }

        public void End()
        {
            if (screen.IsJson)
                return;
            if (table.Count == 0)
                screen.Remark("no event matches");
            else
                screen.Table(table);
        }
    }
}
