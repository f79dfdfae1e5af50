using Npgsql;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The event log and the state that events change: one transaction per batch, positions in the order of commits.</summary>
internal sealed partial class PostgresEventStore(PostgresDatabase database) : IEventStore
{
    private readonly PostgresBatchReader reader = new(new PostgresKeyCache());

    private const string Log = """
        SELECT v.position, v.id, e.project, e.domain, e.name, v.kind, v.phase, v.sequence, v.occurred_at, v.received_at, v.request
        FROM (SELECT * FROM events WHERE position > $1 ORDER BY position LIMIT $2) v
        CROSS JOIN LATERAL (SELECT project, domain, name FROM executions WHERE id = v.execution_id OFFSET 0) e
        ORDER BY v.position
        """;

    private const string LogOfShard = """
        SELECT v.position, v.id, e.project, e.domain, e.name, v.kind, v.phase, v.sequence, v.occurred_at, v.received_at, v.request
        FROM (SELECT * FROM events WHERE shard = $3 AND position > $1 ORDER BY position LIMIT $2) v
        CROSS JOIN LATERAL (SELECT project, domain, name FROM executions WHERE id = v.execution_id OFFSET 0) e
        ORDER BY v.position
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
                await using var command = shard is { } number
                    ? connection.Command(LogOfShard, Long(after), Long(limit), Short(number))
                    : connection.Command(Log, Long(after), Long(limit));
                return await command.ListAsync(Event, cancellationToken);
            },
            cancellationToken
        );

    private static LoggedEvent Event(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetGuid(1),
            new ExecutionKey(row.GetString(2), row.GetString(3), row.GetString(4)),
            (EventKind)row.GetInt16(5),
            row.GetInt16(6),
            row.GetInt64(7),
            row.MomentAt(8),
            row.MomentAt(9),
            row.GetFieldValue<byte[]>(10)
        );
}
