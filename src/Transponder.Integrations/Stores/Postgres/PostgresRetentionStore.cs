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
        SELECT quote_ident(c.relname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'execution_id'
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND NOT c.relispartition AND c.relname <> 'deliveries'
        ORDER BY c.relname
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
        return LockedAsync(
            step,
            async connection =>
            {
                try
                {
                    return await PostgresEventRetention.RemoveAsync(connection, step, below);
                }
                catch (PostgresException busy) when (PostgresEventRetention.IsBusy(busy))
                {
                    return null;
                }
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

    private Task<RetentionResult> StepAsync(
        string pageSql,
        RetentionStep step,
        Func<NpgsqlConnection, RetentionResult, Task<RetentionResult>> removeAsync,
        CancellationToken cancellationToken
    ) =>
        LockedAsync(
            step,
            async connection =>
            {
                var page = await PageAsync(connection, pageSql, step);
                return page.Reached == step.After ? null : await removeAsync(connection, page);
            },
            cancellationToken
        );

    /// <summary>Runs a step, unless another process is at it; one without a result changes nothing, and ends the walk.</summary>
    private async Task<RetentionResult> LockedAsync(
        RetentionStep step,
        Func<NpgsqlConnection, Task<RetentionResult?>> removeAsync,
        CancellationToken cancellationToken
    )
    {
        RetentionResult? result = null;
        await database.WriteAsync(
            async connection =>
            {
                result = (await IdsAsync(connection, TryLock)) is [1] ? await removeAsync(connection) : null;
                return result is not null;
            },
            cancellationToken
        );
        return result ?? new RetentionResult(0, step.After, Done: true);
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
