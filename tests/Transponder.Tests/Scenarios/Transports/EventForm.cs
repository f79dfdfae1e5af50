namespace Transponder.Tests.Scenarios.Transports;

/// <summary>The forms that a sink can be asked for.</summary>
public enum EventForm
{
    /// <summary>CloudEvents with the request as data.</summary>
    V1,

    /// <summary>CloudEvents with Flyte's wrappers as data.</summary>
    V2,

    /// <summary>As FlyteAdmin sends them, ids that repeat included.</summary>
    Flyte,

    /// <summary>As Flyte's documentation has them.</summary>
    Documented,

    /// <summary>The requests as they came.</summary>
    Raw,
}
