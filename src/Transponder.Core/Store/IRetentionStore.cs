namespace Transponder.Core.Store;

/// <summary>
/// Removes what has been kept for long enough, a few rows in each short transaction. Each kind is walked from its oldest number on; a step goes on
/// where the last one ended. What is still needed stays: a delivery until it has ended, an event while a delivery was caused by it, an execution
/// until it has ended and nothing refers to it.
/// </summary>
public interface IRetentionStore
{
    /// <summary>Removes ended deliveries, with their attempts, that last changed before a moment, and threads with the last delivery in them.</summary>
    /// <param name="step">Where to go on, and how far.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<RetentionResult> RemoveDeliveriesAsync(RetentionStep step, CancellationToken cancellationToken);

    /// <summary>Removes events of the log that were received before a moment.</summary>
    /// <param name="step">Where to go on, and how far.</param>
    /// <param name="below">Only positions below this one: a cursor still needs the others.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<RetentionResult> RemoveEventsAsync(RetentionStep step, long below, CancellationToken cancellationToken);

    /// <summary>
    /// Removes ended executions without deliveries, with all that is kept about them but events, that last changed before a moment. The caller has
    /// seen to it that their events are gone.
    /// </summary>
    /// <param name="step">Where to go on, and how far.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<RetentionResult> RemoveExecutionsAsync(RetentionStep step, CancellationToken cancellationToken);

    /// <summary>Removes what was put into quarantine before a moment, and the oldest of what is too much.</summary>
    /// <param name="step">How far; each step begins with the oldest.</param>
    /// <param name="mostBytes">So many bytes of messages stay, of all sinks together.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<RetentionResult> RemoveQuarantinedAsync(RetentionStep step, long mostBytes, CancellationToken cancellationToken);

    /// <summary>How large the store is, and how full its disk.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<StoreSize> MeasureAsync(CancellationToken cancellationToken);
}

/// <summary>One step of a walk.</summary>
/// <param name="Before">What is older may go.</param>
/// <param name="After">The number that the walk has reached; 0 = at its start.</param>
/// <param name="Limit">How many rows are looked at or removed at most.</param>
public sealed record RetentionStep(DateTimeOffset Before, long After, int Limit)
{
    /// <summary>How much longer something may stay where it so goes at less cost, together with what becomes old enough meanwhile.</summary>
    public TimeSpan Grace { get; init; }
}

/// <summary>What a step came to.</summary>
/// <param name="Removed">How many deliveries, events or executions are gone.</param>
/// <param name="Reached">The number that the walk has reached.</param>
/// <param name="Done">True when there is nothing older, or another process is at it.</param>
public sealed record RetentionResult(int Removed, long Reached, bool Done)
{
    /// <summary>How many of the removed events were above a sink's cursor, by sink.</summary>
    public IReadOnlyDictionary<string, long> Unsent { get; init; } = new Dictionary<string, long>();
}

/// <summary>How large a store is.</summary>
/// <param name="Bytes">What it takes, without what is free for its use.</param>
/// <param name="DiskUsed">The share of its disk that is in use, by whatever; null when the disk is elsewhere.</param>
public sealed record StoreSize(long Bytes, double? DiskUsed);
