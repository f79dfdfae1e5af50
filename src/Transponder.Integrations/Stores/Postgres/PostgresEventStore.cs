using Npgsql;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The event log and the state that events change: one transaction per batch, positions in the order of commits.</summary>
internal sealed partial class PostgresEventStore(PostgresDatabase database, ChangeInterest interest) : IEventStore
{
    public ChangeInterest Interest => interest;

    private readonly PostgresBatchReader reader = new(new PostgresKeyCache());

    private readonly ExecutionNames names = new();

    private const string Columns =
        "position, id, execution_id, kind, phase, sequence, occurred_at, received_at, request, traceparent, scope_project, scope_domain, scope_name";

    private const string Log = $"SELECT {Columns} FROM events WHERE position > $1 ORDER BY position LIMIT $2";

    private const string LogOfShard = $"SELECT {Columns} FROM events WHERE shard = $3 AND position > $1 ORDER BY position LIMIT $2";

    private const string NamesOf = """
        SELECT k.id, e.project, e.domain, e.name FROM unnest($1) AS k (id)
        CROSS JOIN LATERAL (SELECT project, domain, name FROM executions WHERE id = k.id OFFSET 0) e
        """;

    public Task CommitAsync(BatchKeys keys, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken) =>
        database.WriteBatchAsync(
            async connection =>
            {
                var changes = decide(await reader.LoadAsync(connection, keys, locking: true));
                return !changes.IsEmpty && await PostgresBatchWriter.WriteAsync(connection, changes);
            },
            cancellationToken
        );

    public Task<BatchState> LoadAsync(BatchKeys keys, CancellationToken cancellationToken) =>
        database.ReadBatchAsync(connection => reader.LoadAsync(connection, keys, locking: false), cancellationToken);

    public Task<bool> TryCommitAsync(BatchChanges changes, CancellationToken cancellationToken) =>
        database.WriteBatchAsync(connection => PostgresBatchWriter.WriteAsync(connection, changes), cancellationToken);

    public Task<IReadOnlyList<LoggedEvent>> ReadAsync(long after, int? shard, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LoggedEvent>>(
            async connection =>
            {
                var events = new List<LoggedEvent>();
                for (long? next = after; next is { } from; )
                {
                    (var some, next) = await ReadSomeAsync(connection, from, shard, limit - events.Count, cancellationToken);
                    events.AddRange(some);
                }
                return events;
            },
            cancellationToken
        );

    /// <summary>Up to the limit; with where to go on when some of them were left out and the log may have more.</summary>
    private async Task<(List<LoggedEvent> Events, long? Next)> ReadSomeAsync(
        NpgsqlConnection connection,
        long after,
        int? shard,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var command = shard is { } number
            ? connection.Command(LogOfShard, Long(after), Long(limit), Short(number))
            : connection.Command(Log, Long(after), Long(limit));
        var unnamed = new HashSet<long>();
        var read = await command.ListAsync(
            row => Event(row, row.GetInt64(2) < 0 ? Scope(row, 10) : Name(row.GetInt64(2), unnamed)),
            cancellationToken
        );
        var events = unnamed.Count == 0 ? read : await NameAsync(connection, read, unnamed, cancellationToken);
        return (events, events.Count < read.Count && read.Count == limit ? read[^1].Position : null);
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
}
