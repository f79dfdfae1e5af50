using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The event log and the state that events change. Positions follow the commit order since there is one writer.</summary>
internal sealed partial class SqliteEventStore(SqliteWriter writer, SqliteReaders readers, ChangeInterest interest) : IEventStore
{
    public ChangeInterest Interest => interest;

    private readonly ExecutionNames names = new();

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

    private List<LoggedEvent> Read(SqliteDatabase database, long after, int? shard, int limit)
    {
        var events = new List<LoggedEvent>();
        while (ReadSome(database, events, ref after, shard, limit - events.Count)) { }
        return events;
    }

    /// <summary>Adds up to the limit; true when some were left out, whose execution is being removed, and there may be more behind them.</summary>
    private bool ReadSome(SqliteDatabase database, List<LoggedEvent> events, ref long after, int? shard, int limit)
    {
        const string Select = """
            SELECT position, id, execution_id, kind, phase, sequence, occurred_at, received_at, request, traceparent,
              scope_project, scope_domain, scope_name
            FROM events
            """;
        using var rows = shard is { } one
            ? database.Use(Select + " WHERE shard = ? AND position > ? ORDER BY position LIMIT ?").Add(one)
            : database.Use(Select + " WHERE position > ? ORDER BY position LIMIT ?");
        rows.Add(after).Add(limit);
        var (read, before) = (0, events.Count);
        for (; rows.Step(); read++)
        {
            after = rows.Long(0);
            var execution = rows.Long(2);
            if ((execution < 0 ? Scope(rows, 10) : Name(database, execution)) is { } name)
                events.Add(Event(rows, after, execution, name));
        }
        return read == limit && events.Count - before < read;
    }

    private static ExecutionKey Scope(SqliteStatement rows, int column) =>
        new(rows.Text(column), rows.Text(column + 1), rows.Text(column + 2));

    private ExecutionKey? Name(SqliteDatabase database, long execution)
    {
        if (names.TryGet(execution, out var name))
            return name;
        using var rows = database.Use("SELECT project, domain, name FROM executions WHERE id = ?");
        if (!rows.Add(execution).Step())
            return null;
        name = new ExecutionKey(rows.Text(0), rows.Text(1), rows.Text(2));
        names.Remember(execution, name);
        return name;
    }

    private static LoggedEvent Event(SqliteStatement rows, long position, long execution, ExecutionKey name) =>
        new(position, rows.Guid(1), name, (EventKind)rows.Int(3), rows.Int(4), rows.Long(5), rows.Time(6), rows.Time(7), rows.Bytes(8))
        {
            ExecutionId = execution,
            TraceParent = rows.TextOrNull(9),
        };
}
