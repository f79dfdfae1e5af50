using System.Globalization;
using Transponder.Core.Events;
using Transponder.Protocol;
using Transponder.Server.Wire;
using Transponder.V1;

namespace Transponder.Server.Services;

/// <summary>The API of the event log.</summary>
internal sealed class EventLogService(EventLog log, LogSubscription subscription)
{
    /// <summary>Serves the API.</summary>
    public void Register(RpcServices services) =>
        services
            .Add(EventsReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("EventService"))
            .Unary<ListEventsRequest, ListEventsResponse>("ListEvents", ListAsync)
            .ServerStreaming<WatchRequest, WatchResponse>("Watch", WatchAsync, Sent);

    private async Task<ListEventsResponse> ListAsync(ListEventsRequest request, RpcContext context)
    {
        var search = EventMessages.Search(request) with { Projects = context.Caller.Projects };
        var (page, next) = await log.SearchAsync(search, context.CancellationToken);
        return new ListEventsResponse
        {
            Events = { page.Select(one => EventMessages.From(one, request.WithRequest)) },
            Token = next ?? string.Empty,
        };
    }

    private async Task WatchAsync(WatchRequest request, RpcContext context, Func<WatchResponse, Task> write)
    {
        var search = EventMessages.Search(request.Filter ?? new V1.EventFilter()) with
        {
            Projects = context.Caller.Projects,
            Before = null,
        };
        var after = LastSeen(context) ?? (request.HasAfter ? EventMessages.Position(request.After) : null as long?);
        await foreach (var page in subscription.FollowAsync(search, after, context.CancellationToken))
        {
            await write(
                new WatchResponse
                {
                    Events = { page.Events.Select(one => EventMessages.From(one, request.WithRequest)) },
                    Position = page.Through,
                }
            );
        }
    }

    private static long? LastSeen(RpcContext context) =>
        context.Header("Last-Event-ID") is not { Length: > 0 } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position
        : throw new RpcException(StatusCode.InvalidArgument, $"Last-Event-ID {text} is not a position of the log");

    private static IEnumerable<SentEvent> Sent(WatchResponse reply)
    {
        foreach (var one in reply.Events)
            yield return new SentEvent(Text(one.Position), one.Kind.ToString().ToLowerInvariant(), one);
        yield return new SentEvent(Text(reply.Position), null, null);
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
