using Npgsql;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

internal sealed partial class PostgresEventStore
{
    private const string Columns =
        "position, id, execution_id, kind, phase, sequence, occurred_at, received_at, request, traceparent, scope_project, scope_domain, scope_name";

    // Bounded above, so that a reader far behind does not make the planner look at all partitions that follow.
    private const string Log = $"SELECT {Columns} FROM events WHERE position > $1 AND position <= $3 ORDER BY position LIMIT $2";

    private const string LogOfShard =
        $"SELECT {Columns} FROM events WHERE shard = $4 AND position > $1 AND position <= $3 ORDER BY position LIMIT $2";

    private const string Given = "SELECT last_value FROM events_position_seq";

    private const string Beyond = "SELECT min(position) FROM events WHERE position > $1";

    private const string NamesOf = """
        SELECT k.id, e.project, e.domain, e.name FROM unnest($1) AS k (id)
        CROSS JOIN LATERAL (SELECT project, domain, name FROM executions WHERE id = k.id OFFSET 0) e
        """;

    private readonly ExecutionNames names = new();

    public Task<IReadOnlyList<LoggedEvent>> ReadAsync(long after, int? shard, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LoggedEvent>>(
            async connection =>
            {
                var events = new List<LoggedEvent>();
                // Once a position has been seen, all below it are there.
                for (var (from, seen) = (after, 0L); ; )
                {
                    var through = from > long.MaxValue - PostgresPartitions.Size ? long.MaxValue : from + PostgresPartitions.Size;
                    var page = await ReadPageAsync(connection, from, through, shard, limit - events.Count, cancellationToken);
                    if (page.LogGoesOn && seen <= through)
                    {
                        if (await BeyondAsync(connection, through, cancellationToken) is { } beyond)
                        {
                            seen = beyond;
                            continue;
                        }
                        page = page with { LogGoesOn = false };
                    }
                    events.AddRange(page.Events);
                    if ((page.LogGoesOn ? seen - 1 : page.Next) is not { } next)
                        return events;
                    from = next;
                }
            },
            cancellationToken
        );

    private static async Task<long?> BeyondAsync(NpgsqlConnection connection, long position, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(Beyond, Long(position));
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    private async Task<Page> ReadPageAsync(
        NpgsqlConnection connection,
        long after,
        long through,
        int? shard,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        if (shard is { } number)
            batch.Add(LogOfShard, Long(after), Long(limit), Long(through), Short(number));
        else
            batch.Add(Log, Long(after), Long(limit), Long(through));
        batch.Add(Given);
        var (read, unnamed) = (new List<LoggedEvent>(), new HashSet<long>());
        long given;
        await using (var rows = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
                read.Add(Event(rows, rows.GetInt64(2) < 0 ? Scope(rows, 10) : Name(rows.GetInt64(2), unnamed)));
            await rows.NextResultAsync(cancellationToken);
            await rows.ReadAsync(cancellationToken);
            given = rows.GetInt64(0);
        }

        var events = unnamed.Count == 0 ? read : await NameAsync(connection, read, unnamed, cancellationToken);
        return read.Count < limit
            ? new Page(events, Next: null, LogGoesOn: given > through)
            : new Page(events, events.Count < read.Count ? read[^1].Position : null, LogGoesOn: false);
    }

    private static ExecutionKey Scope(NpgsqlDataReader row, int column) =>
        new(row.GetString(column), row.GetString(column + 1), row.GetString(column + 2));

    private ExecutionKey Name(long execution, HashSet<long> unnamed)
    {
        if (!names.TryGet(execution, out var name))
            unnamed.Add(execution);
        return name;
    }

    // One look for all that are new on the page.
    private async Task<List<LoggedEvent>> NameAsync(
        NpgsqlConnection connection,
        List<LoggedEvent> events,
        HashSet<long> unnamed,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.Command(NamesOf, Longs(unnamed));
        var found = (
            await command.ListAsync(
                row => (Id: row.GetInt64(0), Name: new ExecutionKey(row.GetString(1), row.GetString(2), row.GetString(3))),
                cancellationToken
            )
        ).ToDictionary(one => one.Id, one => one.Name);
        foreach (var (id, name) in found)
            names.Remember(id, name);
        var named = new List<LoggedEvent>(events.Count);
        foreach (var one in events)
            if (!unnamed.Contains(one.ExecutionId))
                named.Add(one);
            else if (found.TryGetValue(one.ExecutionId, out var name))
                named.Add(one with { Execution = name });
        return named;
    }

    private static LoggedEvent Event(NpgsqlDataReader row, ExecutionKey name) =>
        new(
            row.GetInt64(0),
            row.GetGuid(1),
            name,
            (EventKind)row.GetInt16(3),
            row.GetInt16(4),
            row.GetInt64(5),
            row.MomentAt(6),
            row.MomentAt(7),
            row.GetFieldValue<byte[]>(8)
        )
        {
            ExecutionId = row.GetInt64(2),
            TraceParent = row.TextOrNull(9),
        };

    /// <summary>A part of a page.</summary>
    /// <param name="Events">Those of executions that are still there.</param>
    /// <param name="Next">Where to go on, as some were left out.</param>
    /// <param name="LogGoesOn">The stretch is at its end, and the log may not be.</param>
    private sealed record Page(List<LoggedEvent> Events, long? Next, bool LogGoesOn);
}
