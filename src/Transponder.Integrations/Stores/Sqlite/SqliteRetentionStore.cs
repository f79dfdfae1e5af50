using System.Globalization;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>
/// Retention over the single writer: each step is one item of its queue, so that events go in between. Pages that become free are used again; the
/// file does not shrink.
/// </summary>
internal sealed class SqliteRetentionStore(SqliteWriter writer, SqliteReaders readers, string file) : IRetentionStore
{
    private string[]? details;

    public Task<RetentionResult> RemoveDeliveriesAsync(RetentionStep step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return writer.RunAsync(
            database =>
            {
                const string Ended = "SELECT id FROM deliveries WHERE id > ? AND id <= ? AND state IN (6, 7, 8) AND updated_at < ?";
                var page = Page(database, "SELECT id, created_at FROM deliveries WHERE id > ? ORDER BY id LIMIT ?", step);
                using var attempts = database.Use($"DELETE FROM delivery_attempts WHERE delivery IN ({Ended})");
                attempts.Add(step.After).Add(page.Reached).Add(step.Before).Run();
                var lanes = new HashSet<(long Execution, long Destination, string Lane)>();
                var removed = 0;
                using var deliveries = database.Use(
                    $"DELETE FROM deliveries WHERE id IN ({Ended}) RETURNING execution_id, destination_id, lane"
                );
                deliveries.Add(step.After).Add(page.Reached).Add(step.Before);
                for (; deliveries.Step(); removed++)
                    if (deliveries.TextOrNull(2) is { } lane)
                        lanes.Add((deliveries.Long(0), deliveries.Long(1), lane));
                RemoveThreads(database, lanes, step.Before);
                return page with { Removed = removed };
            },
            cancellationToken
        );
    }

    /// <summary>A thread goes with the last delivery of its lane.</summary>
    private static void RemoveThreads(
        SqliteDatabase database,
        IEnumerable<(long Execution, long Destination, string Lane)> lanes,
        DateTimeOffset before
    )
    {
        using var thread = database.Use(
            """
            DELETE FROM threads WHERE destination_id = ?1 AND lane = ?2 AND created_at < ?3 AND NOT EXISTS
              (SELECT 1 FROM deliveries d WHERE d.execution_id = ?4 AND d.destination_id = ?1 AND d.lane = ?2)
            """
        );
        foreach (var (execution, destination, lane) in lanes)
            thread.Add(destination).Add(lane).Add(before).Add(execution).Run();
    }

    public Task<RetentionResult> RemoveEventsAsync(RetentionStep step, long below, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return writer.RunAsync(
            database =>
            {
                var page = Page(database, "SELECT position, received_at FROM events WHERE position > ? ORDER BY position LIMIT ?", step);
                using var events = database.Use(
                    """
                    DELETE FROM events WHERE position > ? AND position <= ? AND received_at < ? AND NOT EXISTS
                      (SELECT 1 FROM deliveries d WHERE d.execution_id = events.execution_id AND d.event_position = events.position)
                    RETURNING position, shard, execution_id
                    """
                );
                events.Add(step.After).Add(Math.Min(page.Reached, below - 1)).Add(step.Before);
                var (removed, unsent) = (0, new SqliteUnsent(database));
                for (; events.Step(); removed++)
                    unsent.Count(events.Long(0), events.Int(1), events.Long(2));
                return page with { Removed = removed, Unsent = unsent.Counts, Done = page.Done || page.Reached >= below - 1 };
            },
            cancellationToken
        );
    }

    public Task<RetentionResult> RemoveExecutionsAsync(RetentionStep step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return writer.RunAsync(
            database =>
            {
                var page = Page(database, "SELECT id, created_at FROM executions WHERE id > ? ORDER BY id LIMIT ?", step);
                var (removed, left) = (0, step.Limit);
                foreach (var (id, key) in Ended(database, step, page.Reached))
                {
                    left -= RemoveDetails(database, id, left);
                    if (left <= 0)
                        return new RetentionResult(removed, id - 1, Done: false);
                    foreach (var table in (string[])["execution_state", "executions"])
                        using (var whole = database.Use($"DELETE FROM {table} WHERE id = ?"))
                            whole.Add(id).Run();
                    writer.Keys.Forget(key);
                    removed++;
                }
                return page with { Removed = removed };
            },
            cancellationToken
        );
    }

    public Task<RetentionResult> RemoveQuarantinedAsync(RetentionStep step, long mostBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return writer.RunAsync(
            database =>
            {
                using var rows = database.Use(
                    """
                    DELETE FROM quarantine WHERE id IN (
                      SELECT id FROM (SELECT id, at, sum(length(payload)) OVER (ORDER BY id DESC) AS bytes FROM quarantine)
                      WHERE at < ?1 OR bytes > ?2 ORDER BY id LIMIT ?3)
                    """
                );
                var removed = rows.Add(step.Before).Add(mostBytes).Add(step.Limit).Run();
                return new RetentionResult(removed, step.After, Done: removed < step.Limit);
            },
            cancellationToken
        );
    }

    public async Task<StoreSize> MeasureAsync(CancellationToken cancellationToken)
    {
        var bytes = await readers.ReadAsync(
            database => (Number(database, "page_count") - Number(database, "freelist_count")) * Number(database, "page_size"),
            cancellationToken
        );
        return new StoreSize(bytes, DiskUsed());
    }

    private static long Number(SqliteDatabase database, string pragma) => long.Parse(database.Pragma(pragma), CultureInfo.InvariantCulture);

    private double? DiskUsed()
    {
        try
        {
            var disk = new DriveInfo(Path.GetDirectoryName(file)!);
            return 1 - ((double)disk.AvailableFreeSpace / disk.TotalSize);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static List<(long Id, ExecutionKey Key)> Ended(SqliteDatabase database, RetentionStep step, long reached)
    {
        // 4, 6, 7, 8 = SUCCEEDED, FAILED, ABORTED, TIMED_OUT.
        using var rows = database.Use(
            """
            SELECT e.id, e.project, e.domain, e.name FROM executions e JOIN execution_state s ON s.id = e.id
            WHERE e.id > ? AND e.id <= ? AND e.updated_at < ? AND s.phase IN (4, 6, 7, 8)
              AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.execution_id = e.id)
            ORDER BY e.id
            """
        );
        rows.Add(step.After).Add(reached).Add(step.Before);
        var ended = new List<(long, ExecutionKey)>();
        while (rows.Step())
            ended.Add((rows.Long(0), new ExecutionKey(rows.Text(1), rows.Text(2), rows.Text(3))));
        return ended;
    }

    // An execution may have more nodes and tasks than one transaction should remove.
    private int RemoveDetails(SqliteDatabase database, long execution, int limit)
    {
        details ??= Details(database);
        var removed = 0;
        foreach (var table in details)
        {
            // Not every table has row numbers; those without keep a few small rows for each execution.
            using var rows = database.Use(
                table.EndsWith('*')
                    ? $"DELETE FROM {table[..^1]} WHERE execution_id = ? AND ? > 0"
                    : $"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE execution_id = ? LIMIT ?)"
            );
            removed += rows.Add(execution).Add(Math.Max(0, limit - removed)).Run();
        }
        return removed;
    }

    /// <summary>Whatever tables say something about an execution; a star marks those without row numbers.</summary>
    private static string[] Details(SqliteDatabase database)
    {
        using var rows = database.Use(
            """
            SELECT m.name || iif(m.sql LIKE '%WITHOUT ROWID%', '*', '') FROM sqlite_master m JOIN pragma_table_info(m.name) c
            WHERE m.type = 'table' AND c.name = 'execution_id' AND m.name NOT IN ('events', 'deliveries')
            ORDER BY m.name
            """
        );
        var tables = new List<string>();
        while (rows.Step())
            tables.Add(rows.Text(0));
        return [.. tables];
    }

    private static RetentionResult Page(SqliteDatabase database, string sql, RetentionStep step)
    {
        using var rows = database.Use(sql);
        rows.Add(step.After).Add(step.Limit);
        var (count, last, young) = (0, step.After, false);
        while (rows.Step())
        {
            (count, last) = (count + 1, rows.Long(0));
            young = rows.Time(1) >= step.Before;
        }
        return new RetentionResult(0, last, Done: young || count < step.Limit);
    }
}
