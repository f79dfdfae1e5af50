namespace Transponder.Core.Egress.Formats;

/// <summary>In which form a sink tells of events.</summary>
public sealed record EventFormatOptions
{
    /// <summary>CloudEvents, or the requests as they came.</summary>
    public EventForm Form { get; init; } = EventForm.CloudEvents;

    /// <summary>Which of Flyte's two sets of CloudEvents.</summary>
    public CloudEventSet Version { get; init; } = CloudEventSet.V1;

    /// <summary>Whose identifiers and attributes.</summary>
    public EventCompatibility Compatibility { get; init; } = EventCompatibility.None;

    /// <summary>Whether v2 enriches workflow events of every phase, or only of success (<c>enrichAllWorkflowEventTypes</c>).</summary>
    public bool EnrichAllWorkflowEvents { get; init; }

    /// <summary>The attribute <c>source</c> of every event; null = Flyte's own.</summary>
    public string? Source { get; init; }

    /// <summary>Whether it is for events that are sent again on request, which are marked unless another's form is asked for.</summary>
    public bool Replay { get; init; }
}

/// <summary>The forms of events.</summary>
public enum EventForm
{
    /// <summary>CloudEvents 1.0.</summary>
    CloudEvents,

    /// <summary>The bytes of the request, as Flyte's <c>externalEvents</c> publish them.</summary>
    Raw,
}

/// <summary>Flyte's sets of CloudEvents (<c>cloudEventVersion</c>).</summary>
public enum CloudEventSet
{
    /// <summary>The data is the request.</summary>
    V1,

    /// <summary>The data is the event, enriched with what the store knows.</summary>
    V2,
}

/// <summary>Whose identifiers and attributes events carry.</summary>
public enum EventCompatibility
{
    /// <summary>Our own: unique ids, a key per execution, order and trace.</summary>
    None,

    /// <summary>What FlyteAdmin emits, its repeating ids included.</summary>
    Flyte,

    /// <summary>What Flyte's documentation describes.</summary>
    Documented,
}
