using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Replays, in the writer's transactions; leases by the process's own clock.</summary>
internal sealed class SqliteReplayStore(SqliteWriter writer, SqliteReaders readers, TimeProvider clock) : IReplayStore
{
    private const string Select = """
        SELECT replay_id, sink, until, filter, rate, position, state, sent, refused, detail, principal, created_at, updated_at, fence FROM replays
        """;

    // Only the writer's thread touches it.
    private bool predecessorsGone;

    public Task AddAsync(ReplayRecord replay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(replay);
        return writer.RunAsync(
            database =>
            {
                using var insert = database.Use(
                    """
                    INSERT INTO replays (replay_id, sink, until, filter, rate, position, state, sent, refused, detail, principal, created_at, updated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
                );
                insert.Add(replay.ReplayId).Add(replay.Sink).Add(replay.Until).Add(replay.Filter).Add(replay.Rate);
                Add(insert, replay.Progress).Add(replay.Principal).Add(replay.CreatedAt).Add(replay.UpdatedAt).Run();
            },
            cancellationToken
        );
    }

    public Task<IReadOnlyList<ReplayLease>> LeaseAsync(
        string owner,
        IReadOnlyCollection<string> sinks,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(sinks);
        return writer.RunAsync<IReadOnlyList<ReplayLease>>(
            database =>
            {
                if (!predecessorsGone)
                {
                    // The lock on the file proves that every process that held a lease before this one has ended.
                    database.Execute("UPDATE replays SET owner = NULL, lease_until = 0");
                    predecessorsGone = true;
                }
                return [.. sinks.Distinct().Select(sink => Take(database, owner, sink, duration)).OfType<ReplayLease>()];
            },
            cancellationToken
        );
    }

    public Task<bool> SaveAsync(ReplayLease lease, ReplayProgress progress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(progress);
        return writer.RunAsync(
            database =>
            {
                using var save = database.Use(
                    """
                    UPDATE replays SET position = ?, state = ?, sent = ?, refused = ?, detail = ?, updated_at = ?
                    WHERE replay_id = ? AND fence = ? AND owner IS NOT NULL AND state = 1
                    """
                );
                return Add(save, progress).Add(now).Add(lease.Replay.ReplayId).Add(lease.Fence).Run() > 0;
            },
            cancellationToken
        );
    }

    public Task<bool> CancelAsync(string replayId, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var cancel = database.Use("UPDATE replays SET state = 3, updated_at = ? WHERE replay_id = ? AND state = 1");
                return cancel.Add(now).Add(replayId).Run() > 0;
            },
            cancellationToken
        );

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var release = database.Use("UPDATE replays SET owner = NULL, lease_until = 0 WHERE owner = ?");
                release.Add(owner).Run();
            },
            cancellationToken
        );

    public Task<ReplayRecord?> GetAsync(string replayId, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database =>
            {
                using var rows = database.Use(Select + " WHERE replay_id = ?");
                return rows.Add(replayId).Step() ? Record(rows) : null;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<ReplayRecord>> ListAsync(int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<ReplayRecord>>(
            database => database.List(Select + " ORDER BY id DESC LIMIT ?", [(long)limit], Record),
            cancellationToken
        );

    private ReplayLease? Take(SqliteDatabase database, string owner, string sink, TimeSpan duration)
    {
        var now = clock.GetUtcNow();
        using var take = database.Use(
            """
            UPDATE replays SET
              fence = CASE WHEN owner = ?1 AND lease_until > ?2 THEN fence ELSE fence + 1 END, owner = ?1, lease_until = ?3
            WHERE id = (SELECT id FROM replays WHERE sink = ?4 AND state = 1 ORDER BY id LIMIT 1)
              AND (owner IS NULL OR owner = ?1 OR lease_until <= ?2)
            """
        );
        if (take.Add(owner).Add(now).Add(now + duration).Add(sink).Run() == 0)
            return null;
        using var rows = database.Use(Select + " WHERE sink = ? AND state = 1 ORDER BY id LIMIT 1");
        return rows.Add(sink).Step() ? new ReplayLease(Record(rows), rows.Long(13)) : null;
    }

    private static SqliteStatement Add(SqliteStatement statement, ReplayProgress progress) =>
        statement.Add(progress.Position).Add((int)progress.State).Add(progress.Sent).Add(progress.Refused).Add(progress.Detail);

    private static ReplayRecord Record(SqliteStatement rows) =>
        new(
            rows.Text(0),
            rows.Text(1),
            rows.Long(2),
            rows.Bytes(3),
            rows.Int(4),
            new ReplayProgress(rows.Long(5), (ReplayState)rows.Int(6), rows.Long(7), rows.Long(8), rows.Text(9)),
            rows.Text(10),
            rows.Time(11),
            rows.Time(12)
        );
}
