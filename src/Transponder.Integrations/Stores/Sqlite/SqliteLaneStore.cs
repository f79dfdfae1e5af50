using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The lanes, in the writer's transactions; leases by the process's own clock.</summary>
internal sealed class SqliteLaneStore(SqliteWriter writer, SqliteReaders readers, TimeProvider clock) : ILaneStore
{
    // Only the writer's thread touches it.
    private bool predecessorsGone;

    public Task RegisterAsync(IReadOnlyList<SinkRegistration> sinks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        return writer.RunAsync(
            database =>
            {
                // A sink that is forgotten and comes again must not repeat its fences: they begin at the clock.
                using var insert = database.Use(
                    """
                    INSERT INTO lanes (sink, shard, position, fence)
                    VALUES (?1, ?2, coalesce(
                      CASE WHEN ?3 THEN (SELECT min(position) - 1 FROM events) ELSE (SELECT max(position) FROM events) END,
                      (SELECT seq FROM sqlite_sequence WHERE name = 'events'),
                      0
                    ), ?4)
                    ON CONFLICT (sink, shard) DO NOTHING
                    """
                );
                var fence = clock.GetUtcNow().ToUnixTimeMilliseconds();
                foreach (var sink in sinks)
                    for (var shard = 0; shard < ExecutionKey.ShardCount; shard++)
                        insert.Add(sink.Name).Add(shard).Add(sink.FromStart ? 1 : 0).Add(fence).Run();
            },
            cancellationToken
        );
    }

    public Task<IReadOnlyList<LaneLease>> LeaseAsync(
        string owner,
        IReadOnlyCollection<string> sinks,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(sinks);
        return writer.RunAsync<IReadOnlyList<LaneLease>>(
            database =>
            {
                if (!predecessorsGone)
                {
                    // The lock on the file proves that every process that held a lease before this one has ended.
                    database.Execute("UPDATE lanes SET owner = NULL, lease_until = 0; DELETE FROM lane_owners");
                    predecessorsGone = true;
                }
                return SqliteLanes.Take(database, owner, sinks, clock.GetUtcNow(), duration);
            },
            cancellationToken
        );
    }

    public Task GiveBackAsync(IReadOnlyList<LaneLease> leases, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leases);
        return writer.RunAsync(
            database =>
            {
                using var release = database.Use(
                    "UPDATE lanes SET owner = NULL, lease_until = 0 WHERE sink = ? AND shard = ? AND fence = ?"
                );
                foreach (var lease in leases)
                    release.Add(lease.Sink).Add(lease.Shard).Add(lease.Fence).Run();
            },
            cancellationToken
        );
    }

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var release = database.Use("UPDATE lanes SET owner = NULL, lease_until = 0 WHERE owner = ?");
                release.Add(owner).Run();
                using var leave = database.Use("DELETE FROM lane_owners WHERE owner = ?");
                leave.Add(owner).Run();
            },
            cancellationToken
        );

    public Task<IReadOnlyList<LaneLease>> SaveAsync(IReadOnlyList<LaneProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return writer.RunAsync<IReadOnlyList<LaneLease>>(
            database => [.. progress.Where(one => !SqliteLanes.Save(database, one)).Select(one => one.Lease)],
            cancellationToken
        );
    }

    public Task<IReadOnlyList<HeldExecution>> HeldAsync(string sink, int shard, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<HeldExecution>>(
            database =>
            {
                using var rows = database.Use(
                    """
                    SELECT execution_id, position, attempts, since, due_at, detail FROM lane_held WHERE sink = ? AND shard = ?
                    ORDER BY execution_id
                    """
                );
                rows.Add(sink).Add(shard);
                var held = new List<HeldExecution>();
                while (rows.Step())
                    held.Add(new(rows.Long(0), rows.Long(1), rows.Int(2), rows.Time(3), rows.Time(4), rows.Text(5)));
                return held;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<SinkProgress>> ProgressAsync(CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<SinkProgress>>(SqliteLanes.Progress, cancellationToken);

    public Task<IReadOnlyList<QuarantinedRecord>> QuarantineAsync(
        string? sink,
        long before,
        int limit,
        CancellationToken cancellationToken
    ) =>
        readers.ReadAsync<IReadOnlyList<QuarantinedRecord>>(
            database =>
            {
                const string Select = "SELECT id, sink, position, event_id, ordering_key, reason, payload, at FROM quarantine WHERE";
                using var rows = sink is null
                    ? database.Use($"{Select} id < ? ORDER BY id DESC LIMIT ?")
                    : database.Use($"{Select} sink = ? AND id < ? ORDER BY id DESC LIMIT ?").Add(sink);
                rows.Add(before > 0 ? before : long.MaxValue).Add((long)limit);
                var records = new List<QuarantinedRecord>();
                while (rows.Step())
                    records.Add(
                        new(rows.Long(0), rows.Text(1), rows.Long(2), rows.Guid(3), rows.Text(4), rows.Text(5), rows.Bytes(6), rows.Time(7))
                    );
                return records;
            },
            cancellationToken
        );

    public Task<int> ForgetAsync(IReadOnlyCollection<string> sinks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        return writer.RunAsync(database => sinks.Count(sink => SqliteLanes.Forget(database, sink)), cancellationToken);
    }
}
