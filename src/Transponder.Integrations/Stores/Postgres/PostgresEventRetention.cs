using Npgsql;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// Removes events: a partition in one piece where all of it may go, or soon may, and rows where it may not. One step stays within one partition.
/// </summary>
internal static class PostgresEventRetention
{
    // Whoever reads or writes the log waits behind the lock that a drop waits for.
    private const string LongestStandstill = "SET LOCAL lock_timeout = '250ms'";

    private const string Next = "SELECT quote_ident(name), upper FROM event_partitions WHERE upper - 1 > $1 ORDER BY upper LIMIT 1";

    // Positions become visible in their order: once one beyond the partition is, nothing comes into it any more.
    private const string IsFull = "SELECT EXISTS (SELECT FROM events WHERE position >= $1)";

    // Moments of receipt come from several clocks.
    private const string Newest = """
        SELECT max(received_at) FROM (SELECT received_at FROM {part} ORDER BY position DESC LIMIT 1000) newest
        """;

    // Deliveries get their numbers in the order of the events that cause them.
    private const string FirstCause = """
        SELECT min(event_position) FROM (SELECT event_position FROM deliveries WHERE event_position > 0 ORDER BY id LIMIT 1000) oldest
        """;

    private const string Page = """
        SELECT count(*), max(position), (array_agg(received_at ORDER BY position DESC))[1] FROM
            (SELECT position, received_at FROM {part} WHERE position > $1 ORDER BY position LIMIT $2) page
        """;

    // How many of them were still to be sent is told for each sink, cursors and held executions considered.
    private const string RemoveRows = """
        WITH gone AS (
            DELETE FROM {part} v WHERE position > $1 AND position <= $2 AND received_at < $3 AND NOT EXISTS
                (SELECT 1 FROM deliveries d WHERE d.execution_id = v.execution_id AND d.event_position = v.position OFFSET 0)
            RETURNING position, shard, execution_id
        ), noted AS (
            UPDATE events_removed SET through = g.last FROM (SELECT max(position) AS last FROM gone) g WHERE through < g.last
        )
        SELECT NULL, count(*) FROM gone
        UNION ALL
        SELECT l.sink, count(*) FROM lanes l JOIN gone g ON g.shard = l.shard
        WHERE g.position > l.position
            OR EXISTS (SELECT FROM lane_held h WHERE h.execution_id = g.execution_id AND h.sink = l.sink AND h.position < g.position)
        GROUP BY l.sink
        """;

    private const string CountAll = """
        WITH noted AS (
            UPDATE events_removed SET through = g.last FROM (SELECT max(position) AS last FROM {part}) g WHERE through < g.last
        )
        SELECT NULL, count(*) FROM {part}
        UNION ALL
        SELECT u.sink, count(*) FROM (
            SELECT l.sink, g.position FROM lanes l JOIN {part} g ON g.shard = l.shard AND g.position > l.position
            UNION
            SELECT h.sink, g.position FROM lane_held h
            JOIN {part} g ON g.shard = h.shard AND g.execution_id = h.execution_id AND g.position > h.position
        ) u GROUP BY u.sink
        """;

    public static async Task<RetentionResult> RemoveAsync(NpgsqlConnection connection, RetentionStep step, long below)
    {
        var found = await ListAsync(connection, Next, row => new Partition(row.GetString(0), row.GetInt64(1)), Long(step.After));
        if (found is not [var part])
            return new RetentionResult(0, step.After, Done: true);
        var full = await ValueAsync<bool>(connection, IsFull, Long(part.Upper));
        if (full && below >= part.Upper)
        {
            var newest = await ValueAsync<DateTime?>(connection, part.In(Newest));
            if (newest is null || newest < step.Before.UtcDateTime)
            {
                if (await ValueAsync<long?>(connection, FirstCause) is not { } cause || cause >= part.Upper)
                    return await DropAsync(connection, part);
            }
            else if (newest < (step.Before + step.Grace).UtcDateTime)
                return new RetentionResult(0, step.After, Done: true);
        }
        return await RemoveRowsAsync(connection, part, full, step, below);
    }

    /// <summary>True when others used the log for so long that its partition could not be dropped.</summary>
    public static bool IsBusy(PostgresException error) => error.SqlState == PostgresErrorCodes.LockNotAvailable;

    private static async Task<RetentionResult> DropAsync(NpgsqlConnection connection, Partition part)
    {
        var result = await CountedAsync(connection, part.In(CountAll));
        await using (var wait = connection.Command(LongestStandstill))
            await wait.ExecuteNonQueryAsync(CancellationToken.None);
        await using var drop = connection.Command(part.In("DROP TABLE {part}"));
        await drop.ExecuteNonQueryAsync(CancellationToken.None);
        return result with { Reached = part.Upper - 1 };
    }

    private static async Task<RetentionResult> RemoveRowsAsync(
        NpgsqlConnection connection,
        Partition part,
        bool full,
        RetentionStep step,
        long below
    )
    {
        var page = await ListAsync(
            connection,
            part.In(Page),
            row => (Count: row.GetInt64(0), Last: row.IsDBNull(1) ? step.After : row.GetInt64(1), At: row.MomentOrNull(2)),
            Long(step.After),
            Long(step.Limit)
        );
        var (count, last, at) = page.Single();
        var young = at >= step.Before;
        var end = count < step.Limit;
        var reached = end && full && !young ? part.Upper - 1 : last;
        var result =
            count == 0
                ? new RetentionResult(0, step.After, Done: false)
                : await CountedAsync(
                    connection,
                    part.In(RemoveRows),
                    Long(step.After),
                    Long(Math.Min(last, below - 1)),
                    Moment(step.Before)
                );
        return result with { Reached = reached, Done = young || (end && !full) || reached >= below - 1 };
    }

    private static async Task<RetentionResult> CountedAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        var counts = await ListAsync(connection, sql, row => (Sink: row.TextOrNull(0), Count: row.GetInt64(1)), parameters);
        return new RetentionResult((int)counts.Single(one => one.Sink is null).Count, 0, Done: false)
        {
            Unsent = counts.Where(one => one.Sink is not null).ToDictionary(one => one.Sink!, one => one.Count),
        };
    }

    private static async Task<T?> ValueAsync<T>(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters) =>
        (await ListAsync(connection, sql, row => row.IsDBNull(0) ? default : row.GetFieldValue<T>(0), parameters)).Single();

    // A partition may take a while to read.
    private static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        params NpgsqlParameter[] parameters
    )
    {
        await using var command = connection.Command(sql, parameters);
        command.CommandTimeout = 0;
        return await command.ListAsync(read, CancellationToken.None);
    }

    private sealed record Partition(string Name, long Upper)
    {
        public string In(string sql) => sql.Replace("{part}", Name, StringComparison.Ordinal);
    }
}
