using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>What is done with lanes inside one transaction.</summary>
internal static class SqliteLanes
{
    /// <summary>The owner's lanes from now on.</summary>
    public static List<LaneLease> Take(
        SqliteDatabase database,
        string owner,
        IReadOnlyCollection<string> sinks,
        DateTimeOffset now,
        TimeSpan duration
    )
    {
        var until = now + duration;
        var living = Beat(database, owner, sinks, now, until);
        var leases = LaneShares.Decide(owner, sinks.Distinct().SelectMany(sink => Lanes(database, sink, now)), living);
        using var take = database.Use("UPDATE lanes SET owner = ?, lease_until = ?, fence = ? WHERE sink = ? AND shard = ?");
        foreach (var lease in leases)
            take.Add(owner).Add(until).Add(lease.Fence).Add(lease.Sink).Add(lease.Shard).Run();
        return leases;
    }

    /// <summary>False, and nothing is written, when the lane has changed hands.</summary>
    public static bool Save(SqliteDatabase database, LaneProgress progress)
    {
        var lease = progress.Lease;
        using var move = database.Use("UPDATE lanes SET position = max(position, ?) WHERE sink = ? AND shard = ? AND fence = ?");
        if (move.Add(progress.Position).Add(lease.Sink).Add(lease.Shard).Add(lease.Fence).Run() == 0)
            return false;
        using var release = database.Use("DELETE FROM lane_held WHERE execution_id = ? AND sink = ?");
        foreach (var execution in progress.Released)
            release.Add(execution).Add(lease.Sink).Run();
        using var hold = database.Use(
            """
            INSERT INTO lane_held (execution_id, sink, shard, position, attempts, since, due_at, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (execution_id, sink) DO UPDATE SET
              position = excluded.position, attempts = excluded.attempts, since = excluded.since, due_at = excluded.due_at,
              detail = excluded.detail
            """
        );
        foreach (var held in progress.Held)
        {
            hold.Add(held.ExecutionId).Add(lease.Sink).Add(lease.Shard).Add(held.Position).Add(held.Attempts);
            hold.Add(held.Since).Add(held.DueAt).Add(held.Detail).Run();
        }
        using var quarantine = database.Use(
            """
            INSERT INTO quarantine (sink, position, event_id, ordering_key, reason, payload, at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
            WHERE NOT EXISTS (SELECT 1 FROM quarantine WHERE sink = ?1 AND position = ?2 AND event_id = ?3 AND payload = ?6)
            """
        );
        Span<byte> id = stackalloc byte[16];
        foreach (var record in progress.Quarantined)
        {
            record.EventId.TryWriteBytes(id, bigEndian: true, out _);
            quarantine.Add(lease.Sink).Add(record.Position).Add(id).Add(record.OrderingKey).Add(record.Reason);
            quarantine.Add(record.Payload).Add(record.At).Run();
        }
        return true;
    }

    /// <summary>How far each sink is; a lane without anything to send is at the log's end.</summary>
    public static List<SinkProgress> Progress(SqliteDatabase database)
    {
        using var rows = database.Use(
            """
            SELECT l.sink,
              min(
                min(coalesce(
                  (SELECT min(v.position) FROM events v WHERE v.shard = l.shard AND v.position > l.position) - 1,
                  max(l.position, coalesce((SELECT max(position) FROM events), 0))
                )),
                coalesce((SELECT min(h.position) FROM lane_held h WHERE h.sink = l.sink), 9223372036854775807)
              ),
              (SELECT count(*) FROM lane_held h WHERE h.sink = l.sink), (SELECT count(*) FROM quarantine q WHERE q.sink = l.sink)
            FROM lanes l GROUP BY l.sink ORDER BY l.sink
            """
        );
        var progress = new List<SinkProgress>();
        while (rows.Step())
            progress.Add(new SinkProgress(rows.Text(0), rows.Long(1), rows.Int(2), rows.Long(3)));
        return progress;
    }

    /// <summary>True when there was such a sink.</summary>
    public static bool Forget(SqliteDatabase database, string sink)
    {
        foreach (var table in (string[])["lane_owners", "lane_held", "quarantine"])
            using (var part = database.Use($"DELETE FROM {table} WHERE sink = ?"))
                part.Add(sink).Run();
        using var lanes = database.Use("DELETE FROM lanes WHERE sink = ?");
        return lanes.Add(sink).Run() > 0;
    }

    // Says that the owner lives, and answers who else does.
    private static ILookup<string, string> Beat(
        SqliteDatabase database,
        string owner,
        IReadOnlyCollection<string> sinks,
        DateTimeOffset now,
        DateTimeOffset until
    )
    {
        using (var gone = database.Use("DELETE FROM lane_owners WHERE owner = ? OR seen_until <= ?"))
            gone.Add(owner).Add(now).Run();
        using (var beat = database.Use("INSERT INTO lane_owners (sink, owner, seen_until) VALUES (?, ?, ?)"))
            foreach (var sink in sinks.Distinct())
                beat.Add(sink).Add(owner).Add(until).Run();
        using var rows = database.Use("SELECT sink, owner FROM lane_owners");
        var owners = new List<(string Sink, string Owner)>();
        while (rows.Step())
            owners.Add((rows.Text(0), rows.Text(1)));
        return owners.ToLookup(one => one.Sink, one => one.Owner);
    }

    private static List<LaneRow> Lanes(SqliteDatabase database, string sink, DateTimeOffset now)
    {
        using var rows = database.Use("SELECT shard, owner, owner IS NULL OR lease_until <= ?, fence, position FROM lanes WHERE sink = ?");
        rows.Add(now).Add(sink);
        var lanes = new List<LaneRow>();
        while (rows.Step())
            lanes.Add(new LaneRow(sink, rows.Int(0), rows.TextOrNull(1), rows.Int(2) != 0, rows.Long(3), rows.Long(4)));
        return lanes;
    }
}
