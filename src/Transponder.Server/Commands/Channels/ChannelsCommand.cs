using System.CommandLine;
using Transponder.Server.Commands.Terminal;

namespace Transponder.Server.Commands.Channels;

/// <summary><c>channels</c>: what addresses may name.</summary>
internal static class ChannelsCommand
{
    public static Command Create() =>
        new Command("channels", "List the server's channels.").Asks(
            async (call, cancellationToken) =>
            {
                var table = new TextTable(
                    new TextColumn("CHANNEL"),
                    new TextColumn("TYPE"),
                    new TextColumn("ADDRESS"),
                    new TextColumn("TITLE", IsProse: true)
                );
                foreach (var channel in (await call.Client.Operations.ListChannelsAsync(cancellationToken)).Channels)
                {
                    if (call.Screen.IsJson)
                        call.Screen.JsonLine(channel);
                    else
                        table.Add(
                            new Cell(channel.Name, Ink.Strong),
                            channel.Type,
                            channel.Name == "email" ? "an e-mail address"
                                : channel.NeedsTarget ? $"{channel.Name}:TARGET"
                                : channel.TakesTarget ? $"{channel.Name}[:TARGET]"
                                : channel.Name,
                            channel.Title
                        );
                }

                if (!call.Screen.IsJson && table.Count > 0)
                    call.Screen.Table(table);
                else if (!call.Screen.IsJson)
                    call.Screen.Remark("there is no channel");
                return ExitCode.Ok;
            }
        );
}
