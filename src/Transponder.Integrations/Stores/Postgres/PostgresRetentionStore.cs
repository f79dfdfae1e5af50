using Npgsql;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Retention by whichever process gets the advisory lock: the others find nothing to do. Locks in the order of event batches.</summary>
internal sealed class PostgresRetentionStore(PostgresDatabase database) : IRetentionStore
{
    private const string TryLock = "SELECT pg_try_advisory_xact_lock(hashtextextended('transponder.retention', 0))::int::bigint";

    private const string DeliveryPage = """
        SELECT count(*), max(id), (array_agg(created_at ORDER BY id DESC))[1] FROM
            (SELECT id, created_at FROM deliveries WHERE id > $1 ORDER BY id LIMIT $2) page
        """;

    // A thread goes with the last delivery of its lane.
    private const string RemoveDeliveries = """
        WITH gone AS (
            DELETE FROM deliveries WHERE id > $1 AND id <= $2 AND state IN (6, 7, 8) AND updated_at < $3
            RETURNING id, execution_id, destination_id, lane
        ), attempts AS (
            DELETE FROM delivery_attempts WHERE delivery IN (SELECT id FROM gone)
        ), ended AS (
            DELETE FROM threads t
            USING (SELECT DISTINCT execution_id, destination_id, lane FROM gone WHERE lane IS NOT NULL) g
            WHERE t.destination_id = g.destination_id AND t.lane = g.lane AND t.created_at < $3 AND NOT EXISTS (
                SELECT FROM deliveries d
                WHERE d.execution_id = g.execution_id AND d.destination_id = g.destination_id AND d.lane = g.lane
                    AND d.id NOT IN (SELECT id FROM gone)
            )
        )
        SELECT id FROM gone
        """;

    private const string EventPage = """
        SELECT count(*), max(position), (array_agg(received_at ORDER BY position DESC))[1] FROM
            (SELECT position, received_at FROM events WHERE position > $1 ORDER BY position LIMIT $2) page
        """;

    // How many of them were still to be sent is told for each sink, cursors and held executions considered.
    private const string RemoveEvents = """
        WITH gone AS (
            DELETE FROM events v WHERE position > $1 AND position <= $2 AND received_at < $3 AND NOT EXISTS
                (SELECT 1 FROM deliveries d WHERE d.execution_id = v.execution_id AND d.event_position = v.position OFFSET 0)
            RETURNING position, shard, execution_id
        )
        SELECT NULL, count(*) FROM gone
        UNION ALL
        SELECT l.sink, count(*) FROM lanes l JOIN gone g ON g.shard = l.shard
        WHERE g.position > l.position
            OR EXISTS (SELECT FROM lane_held h WHERE h.execution_id = g.execution_id AND h.sink = l.sink AND h.position < g.position)
        GROUP BY l.sink
        """;

    private const string ExecutionPage = """
        SELECT count(*), max(id), (array_agg(created_at ORDER BY id DESC))[1] FROM
            (SELECT id, created_at FROM executions WHERE id > $1 ORDER BY id LIMIT $2) page
        """;

    // 4, 6, 7, 8 = SUCCEEDED, FAILED, ABORTED, TIMED_OUT.
    private const string LockEnded = """
        SELECT s.id FROM execution_state s
        WHERE s.id > $1 AND s.id <= $2 AND s.phase IN (4, 6, 7, 8)
            AND (SELECT c.updated_at FROM execution_closures c WHERE c.id = s.id OFFSET 0) < $3
            AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.execution_id = s.id OFFSET 0)
        ORDER BY s.id
        FOR UPDATE
        """;

    private const string RemoveQuarantined = """
        DELETE FROM quarantine WHERE id IN (
            SELECT id FROM (
                SELECT id, at, sum(octet_length(payload)) OVER (ORDER BY id DESC) AS bytes FROM quarantine
            ) kept
            WHERE at < $1 OR bytes > $2 ORDER BY id LIMIT $3
        )
        """;

    private const string DetailTables = """
        SELECT quote_ident(table_name) FROM information_schema.columns
        WHERE table_schema = current_schema() AND column_name = 'execution_id' AND table_name NOT IN ('events', 'deliveries')
        ORDER BY table_name
        """;

    private const string Size = """
        SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
        """;

    private static readonly string[] Whole = ["execution_state", "execution_closures", "executions"];

    private List<string>? details;

    public Task<RetentionResult> RemoveDeliveriesAsync(RetentionStep step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return StepAsync(
            DeliveryPage,
            step,
            async (connection, page) =>
                page with
                {
                    Removed = (
                        await IdsAsync(connection, RemoveDeliveries, Long(step.After), Long(page.Reached), Moment(step.Before))
                    ).Count,
                },
            cancellationToken
        );
    }

    public Task<RetentionResult> RemoveEventsAsync(RetentionStep step, long below, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return StepAsync(
            EventPage,
            step,
            async (connection, page) =>
            {
                var last = Math.Min(page.Reached, below - 1);
                await using var remove = connection.Command(RemoveEvents, Long(step.After), Long(last), Moment(step.Before));
                var counts = await remove.ListAsync(row => (Sink: row.TextOrNull(0), Count: row.GetInt64(1)), CancellationToken.None);
                return page with
                {
                    Removed = (int)counts.Single(one => one.Sink is null).Count,
                    Unsent = counts.Where(one => one.Sink is not null).ToDictionary(one => one.Sink!, one => one.Count),
                    Done = page.Done || page.Reached >= below - 1,
                };
            },
            cancellationToken
        );
    }

    public Task<RetentionResult> RemoveExecutionsAsync(RetentionStep step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return StepAsync(
            ExecutionPage,
            step,
            async (connection, page) =>
            {
                var left = step.Limit;
                var gone = new List<long>();
                foreach (var id in await IdsAsync(connection, LockEnded, Long(step.After), Long(page.Reached), Moment(step.Before)))
                {
                    left -= await RemoveDetailsAsync(connection, id, left);
                    if (left <= 0)
                    {
                        page = new RetentionResult(0, id - 1, Done: false);
                        break;
                    }
                    gone.Add(id);
                }
                foreach (var table in Whole)
                    await RunAsync(connection, $"DELETE FROM {table} WHERE id = ANY($1)", Longs(gone));
                return page with { Removed = gone.Count };
            },
            cancellationToken
        );
    }

    public async Task<RetentionResult> RemoveQuarantinedAsync(RetentionStep step, long mostBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        var removed = 0;
        await database.WriteAsync(
            async connection =>
            {
                removed = await IdsAsync(connection, TryLock) is [1]
                    ? await RunAsync(connection, RemoveQuarantined, Moment(step.Before), Long(mostBytes), Long(step.Limit))
                    : 0;
                return removed > 0;
            },
            cancellationToken
        );
        return new RetentionResult(removed, step.After, Done: removed < step.Limit);
    }

    public async Task<StoreSize> MeasureAsync(CancellationToken cancellationToken) =>
        new((await database.ListAsync(Size, [], row => row.GetInt64(0), cancellationToken)).Single(), DiskUsed: null);

    private async Task<RetentionResult> StepAsync(
        string pageSql,
        RetentionStep step,
        Func<NpgsqlConnection, RetentionResult, Task<RetentionResult>> removeAsync,
        CancellationToken cancellationToken
    )
    {
        var result = new RetentionResult(0, step.After, Done: true);
        await database.WriteAsync(
            async connection =>
            {
                result = new RetentionResult(0, step.After, Done: true);
                if ((await IdsAsync(connection, TryLock)) is not [1])
                    return false;
                var page = await PageAsync(connection, pageSql, step);
                if (page.Reached == step.After)
                    return false;
                result = await removeAsync(connection, page);
                return true;
            },
            cancellationToken
        );
        return result;
    }

    // An execution may have more nodes and tasks than one transaction should remove.
    private async Task<int> RemoveDetailsAsync(NpgsqlConnection connection, long execution, int limit)
    {
        details ??= await TablesAsync(connection);
        var removed = 0;
        foreach (var table in details)
        {
            removed += await RunAsync(
                connection,
                $"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE execution_id = $1 LIMIT $2))",
                Long(execution),
                Long(Math.Max(0, limit - removed))
            );
        }
        return removed;
    }

    private static async Task<List<string>> TablesAsync(NpgsqlConnection connection)
    {
        await using var command = connection.Command(DetailTables);
        return await command.ListAsync(row => row.GetString(0), CancellationToken.None);
    }

    private static async Task<RetentionResult> PageAsync(NpgsqlConnection connection, string sql, RetentionStep step)
    {
        await using var command = connection.Command(sql, Long(step.After), Long(step.Limit));
        var page = await command.ListAsync(
            row => (Count: row.GetInt64(0), Last: row.IsDBNull(1) ? step.After : row.GetInt64(1), At: row.MomentOrNull(2)),
            CancellationToken.None
        );
        var (count, last, at) = page.Single();
        return new RetentionResult(0, last, Done: at >= step.Before || count < step.Limit);
    }

    private static async Task<int> RunAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static async Task<List<long>> IdsAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        return await command.ListAsync(row => row.GetInt64(0), CancellationToken.None);
    }
}
