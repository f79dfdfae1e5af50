using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;

namespace Transponder.Core.Store;

/// <summary>
/// Where everything is kept. Two implementations, held to one contract suite. A method that fails because of the database throws
/// <see cref="StoreException"/>, and then nothing of the call was stored, but for <see cref="StoreFailure.Unknown"/>.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>What and where, for people; without secrets.</summary>
    string Description { get; }

    /// <summary>How many batches of events may be committed side by side.</summary>
    int Committers { get; }

    /// <summary>Brings the schema up to date under a lock, and answers the names of the migrations that it applied.</summary>
    /// <param name="cancellationToken">Ends the wait for the lock.</param>
    Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Throws <see cref="StoreException"/> when the store cannot be reached, written durably, or is not migrated.</summary>
    /// <param name="cancellationToken">Ends the check.</param>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>The store's clock, by which leases are measured.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken);

    /// <summary>Which changes are written to the log, in the transaction of the change.</summary>
    ChangeInterest Interest { get; }

    /// <summary>The event log and the state that events change.</summary>
    IEventStore Events { get; }

    /// <summary>Executions, and their nodes and tasks, to create and read.</summary>
    IExecutionStore Executions { get; }

    /// <summary>Signals that executions wait for.</summary>
    ISignalStore Signals { get; }

    /// <summary>Projects, tasks, workflows and launch plans.</summary>
    ICatalogStore Catalog { get; }

    /// <summary>Deliveries and their destinations.</summary>
    IDeliveryStore Deliveries { get; }

    /// <summary>The cursors over the event log.</summary>
    ILaneStore Lanes { get; }

    /// <summary>What is sent to sinks again.</summary>
    IReplayStore Replays { get; }

    /// <summary>What removes what has been kept for long enough.</summary>
    IRetentionStore Retention { get; }
}

/// <summary>The event log and the state that events change.</summary>
public interface IEventStore
{
    /// <summary>The store's <see cref="IStore.Interest"/>.</summary>
    ChangeInterest Interest { get; }

    /// <summary>
    /// One transaction: locks the executions in a fixed order, loads what <paramref name="keys"/> names, calls <paramref name="decide"/> once,
    /// writes its changes with commit-ordered positions for the events, and commits durably. When <paramref name="decide"/> returns no change
    /// nothing is written. <paramref name="decide"/> may be called again with fresh state when the database asks for the transaction to be repeated.
    /// </summary>
    /// <param name="keys">What the batch touches.</param>
    /// <param name="decide">Pure: from loaded state to changes.</param>
    /// <param name="cancellationToken">Observed before the transaction begins, never in it.</param>
    Task CommitAsync(BatchKeys keys, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken);

    /// <summary>Loads what <paramref name="keys"/> names and locks nothing: others may change it before anything that rests on it is written.</summary>
    /// <param name="keys">What to load.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<BatchState> LoadAsync(BatchKeys keys, CancellationToken cancellationToken);

    /// <summary>
    /// One transaction that writes changes decided beforehand, with commit-ordered positions for the events, durably. False, and nothing is
    /// written, when the stored <see cref="ExecutionRow.Version"/> of any of its executions is another by now.
    /// </summary>
    /// <param name="changes">What to write; every execution whose nodes, tasks or events it touches is among its executions.</param>
    /// <param name="cancellationToken">Observed before the transaction begins, never in it.</param>
    Task<bool> TryCommitAsync(BatchChanges changes, CancellationToken cancellationToken);

    /// <summary>The log in order of position, after <paramref name="after"/>. No position at or below one that was returned is committed later.</summary>
    /// <param name="after">The last position already seen; 0 = from the start.</param>
    /// <param name="shard">Only this shard; null = all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<LoggedEvent>> ReadAsync(long after, int? shard, int limit, CancellationToken cancellationToken);

    /// <summary>The positions of the log's first and last event; both 0 when it is empty.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<(long First, long Last)> BoundsAsync(CancellationToken cancellationToken);

    /// <summary>The events of one stretch of the log that match, in the order asked for. Its cost is that of the stretch, not of the log.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<LoggedEvent>> SearchAsync(LogQuery query, CancellationToken cancellationToken);
}

/// <summary>Executions, and their nodes and tasks, to create and read.</summary>
public interface IExecutionStore
{
    /// <summary>Stores a new execution; false when there is one of that name.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> CreateAsync(NewExecution execution, CancellationToken cancellationToken);

    /// <summary>The execution; null when there is none.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<ExecutionRecord?> GetAsync(ExecutionKey key, CancellationToken cancellationToken);

    /// <summary>What executions were started from, in no order; those that do not exist are absent.</summary>
    /// <param name="keys">Their names, none twice.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<ExecutionOrigin>> ReadOriginsAsync(IReadOnlyCollection<ExecutionKey> keys, CancellationToken cancellationToken);

    /// <summary>One page.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<ExecutionRecord>> ListAsync(ExecutionQuery query, CancellationToken cancellationToken);

    /// <summary>The node execution; null when there is none.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<NodeRow?> GetNodeAsync(NodeKey key, CancellationToken cancellationToken);

    /// <summary>The task execution; null when there is none.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<TaskRow?> GetTaskAsync(TaskKey key, CancellationToken cancellationToken);

    /// <summary>All node executions of an execution, in no order.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<NodeRow>> ListNodesAsync(ExecutionKey execution, CancellationToken cancellationToken);

    /// <summary>All task executions of an execution, or of one of its nodes, in no order.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="nodeId">The node; null = all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<TaskRow>> ListTasksAsync(ExecutionKey execution, string? nodeId, CancellationToken cancellationToken);

    /// <summary>The serialised <c>flyteidl.core.CompiledWorkflowClosure</c> that a dynamic node made; null when it made none.</summary>
    /// <param name="key">The node.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<byte[]?> GetNodeWorkflowAsync(NodeKey key, CancellationToken cancellationToken);

    /// <summary>Executions in phase ABORTING whose state last changed before a moment, oldest first.</summary>
    /// <param name="before">The moment.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<ExecutionKey>> ListAbortingAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}
