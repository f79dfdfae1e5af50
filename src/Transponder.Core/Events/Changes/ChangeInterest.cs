namespace Transponder.Core.Events.Changes;

/// <summary>Which kinds of changes are written to the log now: those that a configured sink asks for. Nothing is written for the others. Thread-safe.</summary>
public sealed class ChangeInterest
{
    private volatile HashSet<EventKind> kinds = [];

    /// <summary>Whether anybody asks for a kind.</summary>
    /// <param name="kind">The kind.</param>
    public bool Includes(EventKind kind) => kinds.Contains(kind);

    /// <summary>From now on these kinds, and no others.</summary>
    /// <param name="wanted">The kinds; upstream's are written in any case.</param>
    public void Use(IEnumerable<EventKind> wanted) => kinds = [.. wanted];
}
