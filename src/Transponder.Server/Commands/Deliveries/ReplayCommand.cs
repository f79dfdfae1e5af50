using System.CommandLine;
using Transponder.Client;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using State = Transponder.V1.Delivery.Types.State;

namespace Transponder.Server.Commands.Deliveries;

/// <summary><c>deliveries replay</c>: sends deliveries again, named by id or found by a filter.</summary>
internal static class ReplayCommand
{
    private const int MostIds = 1000;

    public static Command Create()
    {
        var ids = new Argument<string[]>("ids") { Description = "Deliveries' ids.", Arity = ArgumentArity.ZeroOrMore };
        var dryRun = new Option<bool>("--dry-run") { Description = "List what would be sent again, and send nothing." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask before replaying by filter." };
        var command = new Command(
            "replay",
            "Send deliveries again: by id, or all that match a filter (dead ones unless --state says else)."
        )
        {
            ids,
            dryRun,
            yes,
        };
        var filter = new DeliveryFilterOptions(command);
        return command.Asks(
            async (call, cancellationToken) =>
            {
                var named = call.Arguments.GetValue(ids) ?? [];
                var byFilter = filter.IsGiven(call.Arguments);
                if (named.Length > 0 == byFilter)
                    throw new UsageFailure("name deliveries by id, or choose them by a filter such as --channel or --state; not both");
                if (named.Length > MostIds)
                    throw new UsageFailure($"at most {MostIds} ids go at once; a filter has no such limit");
                var found = byFilter
                    ? await FindAsync(call.Client.Deliveries, filter.Request(call.Arguments), cancellationToken)
                    : await GetAsync(call.Client.Deliveries, named, call.Arguments.GetValue(dryRun), cancellationToken);
                if (call.Arguments.GetValue(dryRun))
                    return Preview(call.Screen, found);
                if (byFilter && !Confirm(call, found.Count, call.Arguments.GetValue(yes)))
                    return ExitCode.Failed;
                return await ReplayAsync(call, byFilter ? [.. found.Select(delivery => delivery.Id)] : named, cancellationToken);
            }
        );
    }

    private static async Task<List<Delivery>> FindAsync(
        DeliveriesClient client,
        ListDeliveriesRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.State == State.Unspecified)
            request.State = State.Dead;
        request.Limit = MostIds;
        var found = new List<Delivery>();
        do
        {
            var page = await client.ListDeliveriesAsync(request, cancellationToken);
            found.AddRange(page.Deliveries);
            request.Token = page.Token;
        } while (request.Token.Length > 0);
        return found;
    }

    private static async Task<List<Delivery>> GetAsync(
        DeliveriesClient client,
        string[] ids,
        bool wanted,
        CancellationToken cancellationToken
    )
    {
        var found = new List<Delivery>();
        foreach (var id in wanted ? ids : [])
            found.Add(await client.GetDeliveryAsync(new GetDeliveryRequest { Id = id }, cancellationToken));
        return found;
    }

    private static int Preview(Screen screen, List<Delivery> found)
    {
        var list = new DeliveryList(screen);
        found.ForEach(list.Add);
        list.End();
        screen.Remark($"{found.Count} would be sent again; nothing was (--dry-run)");
        return ExitCode.Ok;
    }

    private static bool Confirm(ServerCall call, int count, bool yes)
    {
        if (yes || count == 0)
            return true;
        if (Console.IsInputRedirected)
            throw new UsageFailure($"{count} deliveries match; --yes sends them again, --dry-run lists them");
        Console.Error.Write($"Send {count} deliveries again? [y/N] ");
        if (Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes")
            return true;
        call.Screen.Remark("nothing was sent");
        return false;
    }

    private static async Task<int> ReplayAsync(ServerCall call, string[] ids, CancellationToken cancellationToken)
    {
        var all = new ReplayDeliveriesResponse();
        foreach (var part in ids.Chunk(MostIds))
        {
            var request = new ReplayDeliveriesRequest { Ids = { part } };
            all.MergeFrom(await call.Client.Deliveries.ReplayDeliveriesAsync(request, cancellationToken));
        }

        if (call.Screen.IsJson)
        {
            call.Screen.Json(all);
        }
        else
        {
            foreach (var id in all.Replayed)
                call.Screen.Line(id, new Cell("  is sent again", Ink.Good));
            foreach (var id in all.Skipped)
                call.Screen.Line(id, new Cell("  is not: it is unknown, or being sent right now", Ink.Bad));
            call.Screen.Remark($"{all.Replayed.Count} sent again, {all.Skipped.Count} skipped");
        }

        return all.Skipped.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}
