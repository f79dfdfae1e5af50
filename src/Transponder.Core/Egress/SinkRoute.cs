namespace Transponder.Core.Egress;

/// <summary>A sink, what it wants, and how.</summary>
/// <param name="Name">Its name in the configuration: unique, and what its cursors are kept under.</param>
/// <param name="Sink">Where to.</param>
/// <param name="Filter">Which events.</param>
/// <param name="Format">In which form.</param>
public sealed record SinkRoute(string Name, IEventSink Sink, EventFilter Filter, IEventFormat Format)
{
    /// <summary>Where a sink begins that the store does not know yet: false = with what happens from now on, true = with the oldest event kept.</summary>
    public bool FromStart { get; init; }

    /// <summary>
    /// So many messages in a row may go into quarantine; then the sink counts as down until it takes one, as it would refuse whatever comes. 0 = any
    /// number. Default 100.
    /// </summary>
    public int QuarantineLimit { get; init; } = 100;
}
