namespace Transponder.Server.Sinks;

/// <summary>The form of a sink's messages.</summary>
public sealed record SinkFormatOptions
{
    /// <summary>True = the requests' bytes as received, as Flyte's <c>externalEvents</c>; false = CloudEvents.</summary>
    public bool Raw { get; init; }

    /// <summary>True = Flyte's second version of its CloudEvents, enriched from the store.</summary>
    public bool V2 { get; init; }

    /// <summary>True = the second version enriches workflow events of every phase, and not only SUCCEEDED.</summary>
    public bool EnrichAllWorkflowEventTypes { get; init; }

    /// <summary>Whose CloudEvents are reproduced.</summary>
    public SinkCompat Compat { get; init; }
}

/// <summary>Whose CloudEvents are reproduced.</summary>
public enum SinkCompat
{
    /// <summary>Ours: ids unique and stable, everything keyed by execution.</summary>
    None,

    /// <summary>FlyteAdmin's: its text of ids, its Kafka keys.</summary>
    Flyte,

    /// <summary>The ones that Flyte's documentation describes.</summary>
    Documented,
}
