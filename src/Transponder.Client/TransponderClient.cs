using Transponder.Protocol;

namespace Transponder.Client;

/// <summary>All services of one Transponder over one channel.</summary>
public sealed class TransponderClient : IDisposable
{
    private readonly GrpcChannel channel;

    /// <summary>Makes a client; nothing is connected yet.</summary>
    /// <param name="address">Scheme, host and port of the gRPC port.</param>
    /// <param name="channelOptions">Limits, metadata and TLS.</param>
    public TransponderClient(Uri address, GrpcChannelOptions? channelOptions = null)
    {
        channel = new GrpcChannel(address, channelOptions);
        Admin = new AdminClient(channel);
        Signals = new SignalsClient(channel);
        Deliveries = new DeliveriesClient(channel);
        Events = new EventsClient(channel);
        Replays = new ReplaysClient(channel);
        Operations = new OperationsClient(channel);
        Notify = new NotifyClient(channel);
    }

    /// <summary>Flyte's admin service.</summary>
    public AdminClient Admin { get; }

    /// <summary>Flyte's signals.</summary>
    public SignalsClient Signals { get; }

    /// <summary>The deliveries of notifications.</summary>
    public DeliveriesClient Deliveries { get; }

    /// <summary>The event log.</summary>
    public EventsClient Events { get; }

    /// <summary>What is sent to sinks again.</summary>
    public ReplaysClient Replays { get; }

    /// <summary>What operators ask of the server.</summary>
    public OperationsClient Operations { get; }

    /// <summary>Messages of tasks, by the server's channels.</summary>
    public NotifyClient Notify { get; }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => channel.Dispose();
}
