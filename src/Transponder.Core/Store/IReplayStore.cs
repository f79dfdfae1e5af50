namespace Transponder.Core.Store;

/// <summary>
/// The replays of events to sinks: each is a cursor of its own over a stretch of the log, worked off by one owner at a time under a lease. Leases
/// are measured by the store's clock, and each change of hands raises the fence.
/// </summary>
public interface IReplayStore
{
    /// <summary>Stores a new replay.</summary>
    /// <param name="replay">The replay, with nothing done of it.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task AddAsync(ReplayRecord replay, CancellationToken cancellationToken);

    /// <summary>
    /// Renews the owner's leases and takes, of each sink, the oldest running replay that is free or expired, so that a sink has one at a time.
    /// Answers all that the owner holds now.
    /// </summary>
    /// <param name="owner">The process.</param>
    /// <param name="sinks">The sinks that it serves.</param>
    /// <param name="duration">How long the leases last.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<IReadOnlyList<ReplayLease>> LeaseAsync(
        string owner,
        IReadOnlyCollection<string> sinks,
        TimeSpan duration,
        CancellationToken cancellationToken
    );

    /// <summary>Stores how far a replay is; false, and nothing is stored, when its fence is another by now or it does not run any more.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="progress">How far.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> SaveAsync(ReplayLease lease, ReplayProgress progress, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Ends a running replay; false when there is none of that id that runs.</summary>
    /// <param name="replayId">Its id.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> CancelAsync(string replayId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives the owner's replays back, at shutdown.</summary>
    /// <param name="owner">The process.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task ReleaseAsync(string owner, CancellationToken cancellationToken);

    /// <summary>The replay; null when there is none.</summary>
    /// <param name="replayId">Its id.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<ReplayRecord?> GetAsync(string replayId, CancellationToken cancellationToken);

    /// <summary>The latest replays, newest first.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<ReplayRecord>> ListAsync(int limit, CancellationToken cancellationToken);
}

/// <summary>A replay as stored.</summary>
/// <param name="ReplayId">Its public id.</param>
/// <param name="Sink">The sink.</param>
/// <param name="Until">The last position that it covers.</param>
/// <param name="Filter">Which events, in whatever form the caller understands.</param>
/// <param name="Rate">Messages per second at most.</param>
/// <param name="Progress">What has been done.</param>
/// <param name="Principal">Who asked for it; empty when unknown.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="UpdatedAt">When its progress was stored last.</param>
public sealed record ReplayRecord(
    string ReplayId,
    string Sink,
    long Until,
    byte[] Filter,
    int Rate,
    ReplayProgress Progress,
    string Principal,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt
);

/// <summary>How far a replay is.</summary>
/// <param name="Position">Everything at or below it has been sent again or left out.</param>
/// <param name="State">Whether it goes on.</param>
/// <param name="Sent">Messages that the sink confirmed.</param>
/// <param name="Refused">Messages that the sink refused for what they are.</param>
/// <param name="Detail">What it waits for, for people; empty when for nothing.</param>
public sealed record ReplayProgress(long Position, ReplayState State, long Sent = 0, long Refused = 0, string Detail = "");

/// <summary>A replay in the hands of its owner.</summary>
/// <param name="Replay">The replay as it was when the lease was taken or renewed.</param>
/// <param name="Fence">Grows whenever it changes hands.</param>
public sealed record ReplayLease(ReplayRecord Replay, long Fence);

/// <summary>Whether a replay goes on. The numbers are stored.</summary>
public enum ReplayState
{
    /// <summary>It is under way, or waits for its turn.</summary>
    Running = 1,

    /// <summary>It has come to its end.</summary>
    Done = 2,

    /// <summary>Somebody has ended it.</summary>
    Cancelled = 3,
}
