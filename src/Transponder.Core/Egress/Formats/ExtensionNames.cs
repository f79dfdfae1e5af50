namespace Transponder.Core.Egress.Formats;

/// <summary>The attributes of our events beside those of CloudEvents' core.</summary>
internal static class ExtensionNames
{
    /// <summary>The execution: events that agree in it are in order.</summary>
    public const string PartitionKey = "partitionkey";

    /// <summary>The place among the execution's events, as text that sorts.</summary>
    public const string Sequence = "sequence";

    /// <summary>The span in which the event was taken in.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>Flyte's own.</summary>
    public const string JsonSchemaUrl = "jsonschemaurl";

    /// <summary><c>true</c> when the event is sent again on request.</summary>
    public const string Replay = "replay";
}
