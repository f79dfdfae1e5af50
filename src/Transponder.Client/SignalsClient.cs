using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Protocol;

namespace Transponder.Client;

/// <summary>Flyte's signals: what executions wait for. Every failure is an <see cref="RpcException"/>; thread-safe.</summary>
/// <param name="channel">The server; the caller disposes of it.</param>
/// <param name="options">Deadline and metadata of every call.</param>
public sealed class SignalsClient(GrpcChannel channel, CallOptions? options = null)
{
    private const string Service = "flyteidl.service.SignalService";

    /// <summary>A signal, made if there is none yet.</summary>
    public Task<Signal> GetOrCreateSignalAsync(SignalGetOrCreateRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<SignalGetOrCreateRequest, Signal>("GetOrCreateSignal", request, cancellationToken);

    /// <summary>An execution's signals.</summary>
    public Task<SignalList> ListSignalsAsync(SignalListRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<SignalListRequest, SignalList>("ListSignals", request, cancellationToken);

    /// <summary>Gives a signal its value.</summary>
    public Task<SignalSetResponse> SetSignalAsync(SignalSetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<SignalSetRequest, SignalSetResponse>("SetSignal", request, cancellationToken);

    private Task<TResponse> CallAsync<TRequest, TResponse>(string method, TRequest request, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new() =>
        channel.UnaryAsync<TRequest, TResponse>($"{Service}/{method}", request, options, cancellationToken);
}
