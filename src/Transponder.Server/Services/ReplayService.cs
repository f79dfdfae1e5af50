using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Events;
using Transponder.Core.Store;
using Transponder.Protocol;
using Transponder.Server.Wire;
using Transponder.V1;
using State = Transponder.V1.Replay.Types.State;

namespace Transponder.Server.Services;

/// <summary>The API of replays.</summary>
internal sealed class ReplayService(IStore store, EventLog log, Func<IEnumerable<string>> sinks, TimeProvider time)
{
    private const int DefaultRate = 100;
    private const int DefaultPage = 50;
    private const int LargestPage = 1000;

    /// <summary>Serves the API.</summary>
    public void Register(RpcServices services) =>
        services
            .Add(ReplaysReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("ReplayService"))
            .Unary<StartReplayRequest, Replay>("StartReplay", StartAsync)
            .Unary<ListReplaysRequest, ListReplaysResponse>("ListReplays", ListAsync)
            .Unary<GetReplayRequest, Replay>("GetReplay", (request, context) => FindAsync(request.Id, context.CancellationToken))
            .Unary<CancelReplayRequest, Replay>("CancelReplay", CancelAsync);

    /// <summary>The events that a stored filter means.</summary>
    public static EventSearch Read(byte[] filter) => EventMessages.Search(EventFilter.Parser.ParseFrom(filter));

    private async Task<Replay> StartAsync(StartReplayRequest request, RpcContext context)
    {
        var known = sinks().ToList();
        if (!known.Contains(request.Sink))
            throw new RpcException(
                StatusCode.InvalidArgument,
                known.Count == 0
                    ? "no sink is configured"
                    : $"there is no sink \"{request.Sink}\"; configured are {string.Join(", ", known)}"
            );
        var filter = request.Filter ?? new EventFilter();
        var search = EventMessages.Search(filter);
        var (_, last) = await store.Events.BoundsAsync(context.CancellationToken);
        var first = search.Since is { } since ? await log.PositionBeforeAsync(since, context.CancellationToken) : 0;
        var now = time.GetUtcNow();
        var replay = new ReplayRecord(
            $"rpl_{Guid.CreateVersion7(now):N}",
            request.Sink,
            last,
            filter.ToByteArray(),
            request.Rate == 0 ? DefaultRate : (int)Math.Min(request.Rate, int.MaxValue),
            new ReplayProgress(Math.Max(0, first), ReplayState.Running),
            context.Principal ?? "",
            now,
            now
        );
        await store.Replays.AddAsync(replay, context.CancellationToken);
        return From(replay);
    }

    private async Task<ListReplaysResponse> ListAsync(ListReplaysRequest request, RpcContext context)
    {
        var limit = request.Limit == 0 ? DefaultPage : (int)Math.Min(request.Limit, LargestPage);
        return new ListReplaysResponse { Replays = { (await store.Replays.ListAsync(limit, context.CancellationToken)).Select(From) } };
    }

    private async Task<Replay> CancelAsync(CancelReplayRequest request, RpcContext context)
    {
        var cancelled = await store.Replays.CancelAsync(request.Id, time.GetUtcNow(), context.CancellationToken);
        var replay = await FindAsync(request.Id, context.CancellationToken);
        return cancelled
            ? replay
            : throw new RpcException(
                StatusCode.FailedPrecondition,
                $"replay {request.Id} is {replay.State.ToString().ToLowerInvariant()} already"
            );
    }

    private async Task<Replay> FindAsync(string id, CancellationToken cancellationToken) =>
        await store.Replays.GetAsync(id, cancellationToken) is { } found
            ? From(found)
            : throw new RpcException(StatusCode.NotFound, $"there is no replay \"{id}\"");

    private static Replay From(ReplayRecord replay) =>
        new()
        {
            Id = replay.ReplayId,
            Sink = replay.Sink,
            Filter = EventFilter.Parser.ParseFrom(replay.Filter),
            Rate = (uint)replay.Rate,
            State = (State)(int)replay.Progress.State,
            Position = replay.Progress.Position,
            Until = replay.Until,
            Sent = replay.Progress.Sent,
            Refused = replay.Progress.Refused,
            Detail = replay.Progress.Detail,
            Principal = replay.Principal,
            CreatedAt = replay.CreatedAt.ToTimestamp(),
            UpdatedAt = replay.UpdatedAt.ToTimestamp(),
        };
}
