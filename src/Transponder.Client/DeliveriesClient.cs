using Google.Protobuf;
using Transponder.Protocol;
using Transponder.V1;

namespace Transponder.Client;

/// <summary>What became of every notification, and how to send one again. Every failure is an <see cref="RpcException"/>; thread-safe.</summary>
/// <param name="channel">The server; the caller disposes of it.</param>
/// <param name="options">Deadline and metadata of every call.</param>
public sealed class DeliveriesClient(GrpcChannel channel, CallOptions? options = null)
{
    private const string Service = "transponder.v1.DeliveryService";

    /// <summary>Deliveries that match, newest first.</summary>
    public Task<ListDeliveriesResponse> ListDeliveriesAsync(ListDeliveriesRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListDeliveriesRequest, ListDeliveriesResponse>("ListDeliveries", request, cancellationToken);

    /// <summary>One delivery with every attempt.</summary>
    public Task<Delivery> GetDeliveryAsync(GetDeliveryRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetDeliveryRequest, Delivery>("GetDelivery", request, cancellationToken);

    /// <summary>Sends one delivery again, at once.</summary>
    public Task<Delivery> ReplayDeliveryAsync(ReplayDeliveryRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ReplayDeliveryRequest, Delivery>("ReplayDelivery", request, cancellationToken);

    /// <summary>Sends several deliveries again.</summary>
    public Task<ReplayDeliveriesResponse> ReplayDeliveriesAsync(
        ReplayDeliveriesRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ReplayDeliveriesRequest, ReplayDeliveriesResponse>("ReplayDeliveries", request, cancellationToken);

    /// <summary>Which notifications applied to an execution, and what became of each.</summary>
    public Task<ExplainExecutionResponse> ExplainExecutionAsync(
        ExplainExecutionRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ExplainExecutionRequest, ExplainExecutionResponse>("ExplainExecution", request, cancellationToken);

    private Task<TResponse> CallAsync<TRequest, TResponse>(string method, TRequest request, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new() =>
        channel.UnaryAsync<TRequest, TResponse>($"{Service}/{method}", request, options, cancellationToken);
}
