using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Signals that executions wait for.</summary>
internal sealed class SqliteSignalStore(SqliteWriter writer, SqliteReaders readers) : ISignalStore
{
    private const string OfExecution = """
        SELECT s.signal_id, s.type, s.value, s.created_at, s.updated_at
        FROM executions e JOIN signals s ON s.execution_id = e.id
        WHERE e.project = ? AND e.domain = ? AND e.name = ?
        """;

    public Task<SignalRecord?> GetOrAddAsync(SignalKey key, byte[] type, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using (
                    var add = database.Use(
                        """
                        INSERT INTO signals (execution_id, signal_id, type, created_at, updated_at)
                        SELECT id, ?4, ?5, ?6, ?6 FROM executions WHERE project = ?1 AND domain = ?2 AND name = ?3
                        ON CONFLICT (execution_id, signal_id) DO NOTHING
                        """
                    )
                )
                    Name(add, key.Execution).Add(key.SignalId).Add(type).Add(now).Run();
                using var rows = database.Use(OfExecution + " AND s.signal_id = ?");
                return Name(rows, key.Execution).Add(key.SignalId).Step() ? Signal(rows, key.Execution) : null;
            },
            cancellationToken
        );

    public Task<bool> SetAsync(SignalKey key, byte[] value, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var set = database.Use(
                    """
                    UPDATE signals SET value = ?5, updated_at = ?6
                    WHERE execution_id = (SELECT id FROM executions WHERE project = ?1 AND domain = ?2 AND name = ?3) AND signal_id = ?4
                    """
                );
                return Name(set, key.Execution).Add(key.SignalId).Add(value).Add(now).Run() > 0;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<SignalRecord>> ListAsync(ExecutionKey execution, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<SignalRecord>>(
            database =>
            {
                using var rows = database.Use(OfExecution + " ORDER BY s.created_at, s.signal_id");
                Name(rows, execution);
                var signals = new List<SignalRecord>();
                while (rows.Step())
                    signals.Add(Signal(rows, execution));
                return signals;
            },
            cancellationToken
        );

    private static SqliteStatement Name(SqliteStatement statement, ExecutionKey key) =>
        statement.Add(key.Project).Add(key.Domain).Add(key.Name);

    private static SignalRecord Signal(SqliteStatement rows, ExecutionKey execution) =>
        new(new SignalKey(execution, rows.Text(0)), rows.Bytes(1), rows.IsNull(2) ? null : rows.Bytes(2), rows.Time(3), rows.Time(4));
}
