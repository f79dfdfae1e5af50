namespace Transponder.Core.Store;

/// <summary>
/// The cursors over the event log: for each sink one lane per shard. A lane's owner, under its lease, is the only one that moves it; leases are
/// measured by the store's clock, and each change of hands raises the fence.
/// </summary>
public interface ILaneStore
{
    /// <summary>Makes the lanes of sinks that have none yet, at the log's end or, if asked, before its first event. The others are left alone.</summary>
    /// <param name="sinks">The sinks.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task RegisterAsync(IReadOnlyList<SinkRegistration> sinks, CancellationToken cancellationToken);

    /// <summary>
    /// Says that the owner lives, renews its leases, takes lanes that are free or expired, and answers all that it holds now. Among the owners that
    /// live, each takes about its equal share of every sink's lanes; an owner that has more than that is told so by <see cref="LaneLease.Surplus"/>
    /// and should give those back when nothing of them is under way.
    /// </summary>
    /// <param name="owner">The process.</param>
    /// <param name="sinks">The sinks that it serves.</param>
    /// <param name="duration">How long the leases last.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<IReadOnlyList<LaneLease>> LeaseAsync(
        string owner,
        IReadOnlyCollection<string> sinks,
        TimeSpan duration,
        CancellationToken cancellationToken
    );

    /// <summary>Gives lanes back, for another owner to take at once.</summary>
    /// <param name="leases">The leases.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task GiveBackAsync(IReadOnlyList<LaneLease> leases, CancellationToken cancellationToken);

    /// <summary>Gives all of the owner's lanes back and forgets that it lives, at shutdown.</summary>
    /// <param name="owner">The process.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task ReleaseAsync(string owner, CancellationToken cancellationToken);

    /// <summary>
    /// One transaction for the progress of several lanes: moves their cursors, and writes what was held, released and quarantined. Of a lane whose
    /// fence is another by now nothing is written; those lanes' leases are answered.
    /// </summary>
    /// <param name="progress">What was confirmed and decided.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<IReadOnlyList<LaneLease>> SaveAsync(IReadOnlyList<LaneProgress> progress, CancellationToken cancellationToken);

    /// <summary>The executions that are held on a lane.</summary>
    /// <param name="sink">The sink.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<HeldExecution>> HeldAsync(string sink, int shard, CancellationToken cancellationToken);

    /// <summary>How far every sink is.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<SinkProgress>> ProgressAsync(CancellationToken cancellationToken);

    /// <summary>One page of what was quarantined, newest first.</summary>
    /// <param name="sink">Only of this sink; null = of any.</param>
    /// <param name="before">Only numbers below this one; 0 = from the newest.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<QuarantinedRecord>> QuarantineAsync(string? sink, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets sinks: their lanes, held executions and quarantine. Answers how many there were.</summary>
    /// <param name="sinks">Their names.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<int> ForgetAsync(IReadOnlyCollection<string> sinks, CancellationToken cancellationToken);
}

/// <summary>A sink that wants lanes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FromStart">True = before the oldest event, false = at the log's end, should it be new.</param>
public sealed record SinkRegistration(string Name, bool FromStart);

/// <summary>A lane in the hands of its owner.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="Shard">The shard, 0 … 15.</param>
/// <param name="Fence">Grows whenever the lane changes hands.</param>
/// <param name="Position">The cursor: all at or below it is confirmed, quarantined or held.</param>
/// <param name="Surplus">The owner has more than its share, and this one should go.</param>
public sealed record LaneLease(string Sink, int Shard, long Fence, long Position, bool Surplus);

/// <summary>What happened on a lane since it was saved last.</summary>
/// <param name="Lease">The lease under which it happened.</param>
/// <param name="Position">The cursor now.</param>
/// <param name="Held">Executions that are held from now on, or whose entry changed.</param>
/// <param name="Released">The numbers of executions that are not held any more.</param>
/// <param name="Quarantined">Messages that the sink refused for good.</param>
public sealed record LaneProgress(
    LaneLease Lease,
    long Position,
    IReadOnlyList<HeldExecution> Held,
    IReadOnlyList<long> Released,
    IReadOnlyList<QuarantinedRecord> Quarantined
);

/// <summary>An execution that waits beside its lane, so that the lane can go on.</summary>
/// <param name="ExecutionId">The store's own number of the execution.</param>
/// <param name="Position">All of its events at or below this one are confirmed or quarantined.</param>
/// <param name="Attempts">How often its next message was tried.</param>
/// <param name="Since">When it was held first.</param>
/// <param name="DueAt">When it is tried next.</param>
/// <param name="Detail">Why, for people.</param>
public sealed record HeldExecution(
    long ExecutionId,
    long Position,
    int Attempts,
    DateTimeOffset Since,
    DateTimeOffset DueAt,
    string Detail
);

/// <summary>A message that a sink refused for what it is.</summary>
/// <param name="Id">Its number in the quarantine; 0 before it is stored.</param>
/// <param name="Sink">The sink.</param>
/// <param name="Position">The event's position in the log.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="OrderingKey">The execution, <c>project/domain/name</c>.</param>
/// <param name="Reason">What the sink said, for people.</param>
/// <param name="Payload">The message's payload as it was refused.</param>
/// <param name="At">When.</param>
public sealed record QuarantinedRecord(
    long Id,
    string Sink,
    long Position,
    Guid EventId,
    string OrderingKey,
    string Reason,
    byte[] Payload,
    DateTimeOffset At
);

/// <summary>How far a sink is.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="Position">Its slowest cursor, held executions counted.</param>
/// <param name="Held">How many executions are held.</param>
/// <param name="Quarantined">How many messages are in quarantine.</param>
public sealed record SinkProgress(string Sink, long Position, int Held, long Quarantined);
