using Google.Protobuf;
using Transponder.Protocol;
using Transponder.V1;

namespace Transponder.Client;

/// <summary>What operators ask of a running server. Every failure is an <see cref="RpcException"/>; thread-safe.</summary>
/// <param name="channel">The server; the caller disposes of it.</param>
/// <param name="options">Deadline and metadata of every call.</param>
public sealed class OperationsClient(GrpcChannel channel, CallOptions? options = null)
{
    private const string Service = "transponder.v1.OperationsService";

    /// <summary>The server's version, clock, store, channels and sinks, each checked now.</summary>
    public Task<Status> GetStatusAsync(CancellationToken cancellationToken = default) =>
        CallAsync<GetStatusRequest, Status>("GetStatus", new GetStatusRequest(), cancellationToken);

    /// <summary>The channels of the configuration.</summary>
    public Task<ListChannelsResponse> ListChannelsAsync(CancellationToken cancellationToken = default) =>
        CallAsync<ListChannelsRequest, ListChannelsResponse>("ListChannels", new ListChannelsRequest(), cancellationToken);

    /// <summary>Sends one message, marked as a test, through a channel.</summary>
    public Task<SendTestResponse> SendTestAsync(SendTestRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<SendTestRequest, SendTestResponse>("SendTest", request, cancellationToken);

    /// <summary>The sinks that events go to, and how far each is.</summary>
    public Task<ListSinksResponse> ListSinksAsync(CancellationToken cancellationToken = default) =>
        CallAsync<ListSinksRequest, ListSinksResponse>("ListSinks", new ListSinksRequest(), cancellationToken);

    /// <summary>Messages that sinks refused for what they are, newest first.</summary>
    public Task<ListQuarantineResponse> ListQuarantineAsync(ListQuarantineRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListQuarantineRequest, ListQuarantineResponse>("ListQuarantine", request, cancellationToken);

    /// <summary>What a template makes of an execution; nothing is sent.</summary>
    public Task<RenderResponse> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<RenderRequest, RenderResponse>("Render", request, cancellationToken);

    private Task<TResponse> CallAsync<TRequest, TResponse>(string method, TRequest request, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new() =>
        channel.UnaryAsync<TRequest, TResponse>($"{Service}/{method}", request, options, cancellationToken);
}
