using Transponder.Protocol;
using Transponder.V1;

namespace Transponder.Client;

/// <summary>Messages of tasks, delivered by the server's own channels. Every failure is an <see cref="RpcException"/>; thread-safe.</summary>
/// <param name="channel">The server; the caller disposes of it.</param>
/// <param name="options">Deadline and metadata of every call.</param>
public sealed class NotifyClient(GrpcChannel channel, CallOptions? options = null)
{
    /// <summary>Stores a message, which is delivered thereafter; the same id of the same caller is stored once.</summary>
    public Task<SendResponse> SendAsync(SendRequest request, CancellationToken cancellationToken = default) =>
        channel.UnaryAsync<SendRequest, SendResponse>("transponder.v1.NotifyService/Send", request, options, cancellationToken);
}
