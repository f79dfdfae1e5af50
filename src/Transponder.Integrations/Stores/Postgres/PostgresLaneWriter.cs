using Npgsql;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Writes what happened on lanes, of those whose fence is still the one that it happened under.</summary>
internal static class PostgresLaneWriter
{
    private const string Lock = """
        SELECT l.sink, l.shard FROM lanes l
        JOIN unnest($1, $2, $3) AS k (sink, shard, fence) ON k.sink = l.sink AND k.shard = l.shard AND k.fence = l.fence
        ORDER BY l.sink, l.shard FOR NO KEY UPDATE OF l
        """;

    private const string Move = """
        UPDATE lanes l SET position = greatest(l.position, k.position) FROM unnest($1, $2, $3) AS k (sink, shard, position)
        WHERE k.sink = l.sink AND k.shard = l.shard
        """;

    private const string Release = """
        DELETE FROM lane_held h USING unnest($1, $2) AS k (execution_id, sink) WHERE h.execution_id = k.execution_id AND h.sink = k.sink
        """;

    private const string Hold = """
        INSERT INTO lane_held (execution_id, sink, shard, position, attempts, since, due_at, detail)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (execution_id, sink) DO UPDATE SET
            position = excluded.position, attempts = excluded.attempts, since = excluded.since, due_at = excluded.due_at,
            detail = excluded.detail
        """;

    private const string Quarantine = """
        INSERT INTO quarantine (sink, position, event_id, ordering_key, reason, payload, at)
        SELECT k.sink, k.position, k.event_id, k.ordering_key, k.reason, k.payload, k.at
        FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY AS k (sink, position, event_id, ordering_key, reason, payload, at, ord)
        WHERE NOT EXISTS (
            SELECT FROM quarantine q
            WHERE q.sink = k.sink AND q.position = k.position AND q.event_id = k.event_id AND q.payload = k.payload
        )
        ORDER BY k.ord
        """;

    /// <summary>Answers the progress of lanes that are another's by now, of which nothing is written.</summary>
    public static async Task<IReadOnlyList<LaneProgress>> WriteAsync(NpgsqlConnection connection, IReadOnlyList<LaneProgress> progress)
    {
        await using var find = connection.Command(
            Lock,
            Texts(progress.Select(one => one.Lease.Sink)),
            Shorts(progress.Select(one => one.Lease.Shard)),
            Longs(progress.Select(one => one.Lease.Fence))
        );
        var locked = (await find.ListAsync(row => (row.GetString(0), (int)row.GetInt16(1)), CancellationToken.None)).ToHashSet();
        var kept = progress.Where(one => locked.Contains((one.Lease.Sink, one.Lease.Shard))).ToArray();
        if (kept.Length > 0)
        {
            await using var batch = new NpgsqlBatch(connection);
            Add(batch, kept);
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
        }
        return kept.Length == progress.Count ? [] : [.. progress.Except(kept)];
    }

    private static void Add(NpgsqlBatch batch, LaneProgress[] progress)
    {
        batch.Add(
            Move,
            Texts(progress.Select(one => one.Lease.Sink)),
            Shorts(progress.Select(one => one.Lease.Shard)),
            Longs(progress.Select(one => one.Position))
        );
        var released = progress.SelectMany(one => one.Released, (one, execution) => (one.Lease.Sink, Execution: execution)).ToArray();
        if (released.Length > 0)
            batch.Add(Release, Longs(released.Select(one => one.Execution)), Texts(released.Select(one => one.Sink)));
        AddHeld(batch, [.. progress.SelectMany(one => one.Held, (one, held) => (one.Lease, held))]);
        AddQuarantined(batch, [.. progress.SelectMany(one => one.Quarantined, (one, record) => record with { Sink = one.Lease.Sink })]);
    }

    private static void AddHeld(NpgsqlBatch batch, (LaneLease Lease, HeldExecution Held)[] held)
    {
        if (held.Length == 0)
            return;
        batch.Add(
            Hold,
            Longs(held.Select(one => one.Held.ExecutionId)),
            Texts(held.Select(one => one.Lease.Sink)),
            Shorts(held.Select(one => one.Lease.Shard)),
            Longs(held.Select(one => one.Held.Position)),
            Ints(held.Select(one => one.Held.Attempts)),
            Moments(held.Select(one => (DateTimeOffset?)one.Held.Since)),
            Moments(held.Select(one => (DateTimeOffset?)one.Held.DueAt)),
            Texts(held.Select(one => one.Held.Detail))
        );
    }

    private static void AddQuarantined(NpgsqlBatch batch, QuarantinedRecord[] records)
    {
        if (records.Length == 0)
            return;
        batch.Add(
            Quarantine,
            Texts(records.Select(record => record.Sink)),
            Longs(records.Select(record => record.Position)),
            Guids(records.Select(record => record.EventId)),
            Texts(records.Select(record => record.OrderingKey)),
            Texts(records.Select(record => record.Reason)),
            ByteArrays(records.Select(record => (ReadOnlyMemory<byte>)record.Payload)),
            Moments(records.Select(record => (DateTimeOffset?)record.At))
        );
    }
}
