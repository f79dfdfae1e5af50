using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The event log and the state that events change. Positions follow the commit order since there is one writer.</summary>
internal sealed partial class SqliteEventStore(SqliteWriter writer, SqliteReaders readers) : IEventStore
{
    public Task CommitAsync(BatchKeys keys, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(decide);
        return writer.RunAsync(
            database =>
            {
                var changes = decide(SqliteBatchReader.Load(database, writer.Keys, keys));
                if (!changes.IsEmpty)
                    SqliteBatchWriter.Write(database, writer.Keys, changes);
            },
            cancellationToken
        );
    }

    // By the writer, whose cache knows the executions' numbers; it waits for nothing but a batch that is being written.
    public Task<BatchState> LoadAsync(BatchKeys keys, CancellationToken cancellationToken) =>
        writer.RunAsync(database => SqliteBatchReader.Load(database, writer.Keys, keys), cancellationToken);

    public async Task<bool> TryCommitAsync(BatchChanges changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        try
        {
            await writer.RunAsync(database => SqliteBatchWriter.Write(database, writer.Keys, changes), cancellationToken);
            return true;
        }
        catch (StaleStateException)
        {
            return false;
        }
    }

    public Task<IReadOnlyList<LoggedEvent>> ReadAsync(long after, int? shard, int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<LoggedEvent>>(database => Read(database, after, shard, limit), cancellationToken);

    private static List<LoggedEvent> Read(SqliteDatabase database, long after, int? shard, int limit)
    {
        const string Select = """
            SELECT v.position, v.id, e.project, e.domain, e.name, v.kind, v.phase, v.sequence, v.occurred_at, v.received_at, v.request
            FROM events v JOIN executions e ON e.id = v.execution_id
            """;
        using var rows = shard is { } one
            ? database.Use(Select + " WHERE v.shard = ? AND v.position > ? ORDER BY v.position LIMIT ?").Add(one)
            : database.Use(Select + " WHERE v.position > ? ORDER BY v.position LIMIT ?");
        return List(rows.Add(after).Add(limit));
    }

    private static List<LoggedEvent> List(SqliteStatement rows)
    {
        var events = new List<LoggedEvent>();
        while (rows.Step())
            events.Add(
                new LoggedEvent(
                    rows.Long(0),
                    rows.Guid(1),
                    new ExecutionKey(rows.Text(2), rows.Text(3), rows.Text(4)),
                    (EventKind)rows.Int(5),
                    rows.Int(6),
                    rows.Long(7),
                    rows.Time(8),
                    rows.Time(9),
                    rows.Bytes(10)
                )
            );
        return events;
    }
}
