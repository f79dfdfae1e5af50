using System.CommandLine;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;

namespace Transponder.Server.Commands.Deliveries;

/// <summary><c>deliveries</c>: to look up, and to send again.</summary>
internal static class DeliveriesCommand
{
    public static Command Create() => new("deliveries", "List, show and replay deliveries.") { List(), Show(), ReplayCommand.Create() };

    private static Command List()
    {
        var command = new Command("list", "List deliveries, newest first.");
        var filter = new DeliveryFilterOptions(command);
        var paging = new PagingOptions(command);
        return command.Asks(
            async (call, cancellationToken) =>
            {
                var request = filter.Request(call.Arguments);
                request.Token = paging.Token(call.Arguments);
                var list = new DeliveryList(call.Screen);
                await paging.ReadAsync(
                    call,
                    async (limit, token) =>
                    {
                        request.Limit = limit;
                        request.Token = token;
                        var page = await call.Client.Deliveries.ListDeliveriesAsync(request, cancellationToken);
                        foreach (var delivery in page.Deliveries)
                            list.Add(delivery);
                        return (page.Deliveries.Count, page.Token);
                    },
                    () => list.End()
                );
                return ExitCode.Ok;
            }
        );
    }

    private static Command Show()
    {
        var id = new Argument<string>("id") { Description = "The delivery's id." };
        return new Command("show", "Show one delivery with every attempt.") { id }.Asks(
            async (call, cancellationToken) =>
            {
                var request = new GetDeliveryRequest { Id = call.Arguments.GetValue(id) };
                DeliveryDetails.Show(call.Screen, await call.Client.Deliveries.GetDeliveryAsync(request, cancellationToken));
                return ExitCode.Ok;
            }
        );
    }
}
