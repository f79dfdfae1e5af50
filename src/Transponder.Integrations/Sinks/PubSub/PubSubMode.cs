namespace Transponder.Integrations.Sinks.PubSub;

/// <summary>How a CloudEvent is put into a Pub/Sub message.</summary>
public enum PubSubMode
{
    /// <summary>The data is the event in CloudEvents' protobuf format; the attribute <c>key</c> tells its kind. As Flyte does it.</summary>
    Protobuf,

    /// <summary>CloudEvents' Pub/Sub binding, binary: the data is the event's data, its attributes are <c>ce-…</c>.</summary>
    Binary,

    /// <summary>CloudEvents' Pub/Sub binding, structured: the data is the event as JSON.</summary>
    Json,
}
