namespace Transponder.Core.Egress;

/// <summary>How a sink is, for people.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Description">What and where.</param>
/// <param name="State">Whether events go out.</param>
/// <param name="Since">When it came into that state.</param>
/// <param name="Error">What went wrong last; empty when nothing did since it runs.</param>
/// <param name="Lag">How many positions of the log its slowest cursor is behind the end, in all processes, held executions included: what retention waits for.</param>
/// <param name="Age">How long ago the oldest event was received that is not past its cursors.</param>
/// <param name="Held">How many executions are held.</param>
/// <param name="Quarantined">How many messages are in quarantine.</param>
/// <param name="Lanes">How many of its lanes this process has.</param>
public sealed record SinkStatus(
    string Name,
    string Description,
    SinkState State,
    DateTimeOffset Since,
    string Error,
    long Lag,
    TimeSpan Age,
    int Held,
    long Quarantined,
    int Lanes
);

/// <summary>Whether a sink's events go out.</summary>
public enum SinkState
{
    /// <summary>What comes goes out, as far as this process knows.</summary>
    Running,

    /// <summary>Nothing gets through; it is tried again and again.</summary>
    Waiting,

    /// <summary>Every message is refused for what it is, too many in a row for the quarantine; it is tried again and again.</summary>
    Refusing,
}
