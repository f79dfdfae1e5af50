using Transponder.Protocol;
using Transponder.V1;

namespace Transponder.Client;

/// <summary>Replays of the event log to sinks. Every failure is an <see cref="RpcException"/>; thread-safe.</summary>
/// <param name="channel">The server; the caller disposes of it.</param>
/// <param name="options">Deadline and metadata of every call.</param>
public sealed class ReplaysClient(GrpcChannel channel, CallOptions? options = null)
{
    private const string Service = "transponder.v1.ReplayService";

    /// <summary>Begins to send events to a sink again.</summary>
    public Task<Replay> StartReplayAsync(StartReplayRequest request, CancellationToken cancellationToken = default) =>
        channel.UnaryAsync<StartReplayRequest, Replay>($"{Service}/StartReplay", request, options, cancellationToken);

    /// <summary>The latest replays, newest first.</summary>
    public Task<ListReplaysResponse> ListReplaysAsync(ListReplaysRequest request, CancellationToken cancellationToken = default) =>
        channel.UnaryAsync<ListReplaysRequest, ListReplaysResponse>($"{Service}/ListReplays", request, options, cancellationToken);

    /// <summary>One replay.</summary>
    public Task<Replay> GetReplayAsync(GetReplayRequest request, CancellationToken cancellationToken = default) =>
        channel.UnaryAsync<GetReplayRequest, Replay>($"{Service}/GetReplay", request, options, cancellationToken);

    /// <summary>Ends a replay where it is.</summary>
    public Task<Replay> CancelReplayAsync(CancelReplayRequest request, CancellationToken cancellationToken = default) =>
        channel.UnaryAsync<CancelReplayRequest, Replay>($"{Service}/CancelReplay", request, options, cancellationToken);
}
