namespace Transponder.Protocol.CloudEvents;

/// <summary>An event as CloudEvents 1.0 describes it, before a transport's form is chosen. Its data is bytes that <see cref="DataContentType"/> explains.</summary>
public sealed class CloudEvent
{
    /// <summary>The version of the specification, as the wire says it.</summary>
    public const string SpecVersion = "1.0";

    /// <summary>Unique within its source, and the same whenever the event is sent again.</summary>
    public required string Id { get; init; }

    /// <summary>Where it happened: a URI reference.</summary>
    public required string Source { get; init; }

    /// <summary>What happened, in reverse DNS.</summary>
    public required string Type { get; init; }

    /// <summary>What it happened to, within the source.</summary>
    public string? Subject { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The nanoseconds, 0 … 99, by which it happened later than <see cref="Time"/> can say.</summary>
    public int TimeNanos { get; init; }

    /// <summary>The media type of <see cref="Data"/>.</summary>
    public string? DataContentType { get; init; }

    /// <summary>The URI of the schema that the data follows.</summary>
    public string? DataSchema { get; init; }

    /// <summary>Further attributes, all of type string, in the order in which they are written. Names are lower-case letters and digits.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Extensions { get; init; } = [];

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>True when JSON forms carry the data as <c>data_base64</c>, whatever its media type says.</summary>
    public bool DataIsBinary { get; init; }
}
