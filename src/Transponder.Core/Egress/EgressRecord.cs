using Transponder.Protocol.CloudEvents;

namespace Transponder.Core.Egress;

/// <summary>One message on its way to a sink; the sink chooses the transport's form.</summary>
public sealed class EgressRecord
{
    /// <summary>The position in the log of the event that it tells of. Several records may share one.</summary>
    public required long Position { get; init; }

    /// <summary>The event's id.</summary>
    public required Guid EventId { get; init; }

    /// <summary>Records of one key must arrive in order: <c>project/domain/name</c> of the execution. SNS's message group, Pub/Sub's ordering key.</summary>
    public required string OrderingKey { get; init; }

    /// <summary>Kafka's message key: the ordering key, unless Flyte's own form is asked for.</summary>
    public required string PartitionKey { get; init; }

    /// <summary>What kind of message it is, in Flyte's words: SNS's Subject, Pub/Sub's attribute <c>key</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The event; null when the sink takes raw requests.</summary>
    public CloudEvent? Event { get; init; }

    /// <summary>The request's bytes as received; what a raw sink sends.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>True when it is sent again on request.</summary>
    public bool Replayed { get; init; }

    /// <summary>About how many bytes its payload has on the wire, before any encoding; for batch limits.</summary>
    public int Size => Event is { } told ? told.Data.Length + 512 : Raw.Length + 64;
}
