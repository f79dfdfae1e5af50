using Transponder.Protocol;
using Transponder.V1;

namespace Transponder.Client;

/// <summary>Transponder's event log. Every failure is an <see cref="RpcException"/>; thread-safe.</summary>
/// <param name="channel">The server; the caller disposes of it.</param>
/// <param name="options">Deadline and metadata of every call.</param>
public sealed class EventsClient(GrpcChannel channel, CallOptions? options = null)
{
    /// <summary>Events that match, one page.</summary>
    public Task<ListEventsResponse> ListEventsAsync(ListEventsRequest request, CancellationToken cancellationToken = default) =>
        channel.UnaryAsync<ListEventsRequest, ListEventsResponse>(
            "transponder.v1.EventService/ListEvents",
            request,
            options,
            cancellationToken
        );

    /// <summary>Events that match, as they are acknowledged, without an end; leaving the loop ends the call.</summary>
    public IAsyncEnumerable<WatchResponse> WatchAsync(WatchRequest request, CancellationToken cancellationToken = default) =>
        channel.ServerStreamingAsync<WatchRequest, WatchResponse>("transponder.v1.EventService/Watch", request, options, cancellationToken);
}
