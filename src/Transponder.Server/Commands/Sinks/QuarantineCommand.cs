using System.CommandLine;
using System.Globalization;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;

namespace Transponder.Server.Commands.Sinks;

/// <summary><c>sinks quarantine</c>: messages that a sink refused for what they are.</summary>
internal static class QuarantineCommand
{
    public static Command Create()
    {
        var sink = new Argument<string?>("sink") { Description = "Only of this sink.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("quarantine", "List messages that sinks refused for what they are; with -o json, their payloads too.")
        {
            sink,
        };
        var paging = new PagingOptions(command);
        return command.Asks(
            async (call, cancellationToken) =>
            {
                var request = new ListQuarantineRequest { Sink = call.Arguments.GetValue(sink) ?? "" };
                var table = new TextTable(
                    new TextColumn("POSITION", IsNumber: true),
                    new TextColumn("REFUSED"),
                    new TextColumn("SINK"),
                    new TextColumn("EXECUTION"),
                    new TextColumn("EVENT"),
                    new TextColumn("BYTES", IsNumber: true),
                    new TextColumn("REASON", IsProse: true)
                );
                await paging.ReadAsync(
                    call,
                    async (limit, token) =>
                    {
                        (request.Limit, request.Token) = (limit, token);
                        var page = await call.Client.Operations.ListQuarantineAsync(request, cancellationToken);
                        foreach (var message in page.Messages)
                        {
                            if (call.Screen.IsJson)
                                call.Screen.JsonLine(message);
                            else
                                table.Add(Row(message));
                        }

                        return (page.Messages.Count, page.Token);
                    },
                    () =>
                    {
                        if (!call.Screen.IsJson && table.Count > 0)
                            call.Screen.Table(table);
                        else if (!call.Screen.IsJson)
                            call.Screen.Remark("nothing is in quarantine");
                    }
                );
                return ExitCode.Ok;
            }
        );
    }

    private static Cell[] Row(QuarantinedMessage message) =>
        [
            message.Position.ToString(CultureInfo.InvariantCulture),
            Moments.Text(message.At),
            message.Sink,
            ExecutionName.Text(message.Execution),
            message.EventId,
            message.Payload.Length.ToString(CultureInfo.InvariantCulture),
            new Cell(message.Reason, Ink.Bad),
        ];
}
