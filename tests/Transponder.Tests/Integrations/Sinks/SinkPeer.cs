using Transponder.Core.Egress;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Sinks;

/// <summary>What a fact of the contract wants of the sink that it is given.</summary>
public sealed record SinkTerms
{
    /// <summary>The records will be raw: the reader gives the bytes as they came.</summary>
    public bool Raw { get; init; }

    /// <summary>What is wrong with the peer from the start.</summary>
    public SinkTrouble Trouble { get; init; }
}

/// <summary>What can be wrong with a peer although it can be reached. None of it is a record's fault.</summary>
public enum SinkTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Nobody listens until <see cref="SinkPeer.Network"/> is restored.</summary>
    Down,

    /// <summary>The topic does not exist.</summary>
    NoTopic,

    /// <summary>The peer does not know the sink's credentials.</summary>
    WrongCredentials,

    /// <summary>The peer knows the credentials, but they may not publish.</summary>
    NotPermitted,

    /// <summary>The peer asks to be left alone for a while.</summary>
    Throttled,
}

/// <summary>One message as a reader that is not ours got it.</summary>
/// <param name="Data">The event's data, or the raw bytes.</param>
/// <param name="Id">The event's id; null when raw.</param>
/// <param name="Key">The transport's ordering key (Kafka's key, SNS's group …); null where it has none.</param>
public sealed record Arrived(byte[] Data, string? Id, string? Key);

/// <summary>A fresh topic of a real server, with a sink in front and a reader behind.</summary>
public abstract class SinkPeer : IAsyncDisposable
{
    public abstract IEventSink Sink { get; }

    /// <summary>Everything that has arrived so far, in the order of its arrival; it may have arrived several times.</summary>
    public abstract Task<IReadOnlyList<Arrived>> ReadAsync();

    /// <summary>What stands between sink and server; null when there is no network.</summary>
    public virtual TcpFaultProxy? Network => null;

    /// <summary>Disposes the sink first. Must be safe after a test has disposed the sink itself.</summary>
    public abstract ValueTask DisposeAsync();
}
