using Npgsql;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Signals that executions wait for.</summary>
internal sealed class PostgresSignalStore(PostgresDatabase database) : ISignalStore
{
    private const string Add = """
        INSERT INTO signals (execution_id, signal_id, type, created_at, updated_at)
        SELECT id, $4, $5, $6, $6 FROM executions WHERE project = $1 AND domain = $2 AND name = $3
        ON CONFLICT (execution_id, signal_id) DO NOTHING
        """;

    private const string Set = """
        UPDATE signals SET value = $5, updated_at = $6
        WHERE execution_id = (SELECT id FROM executions WHERE project = $1 AND domain = $2 AND name = $3) AND signal_id = $4
        """;

    private const string OfExecution = """
        SELECT s.signal_id, s.type, s.value, s.created_at, s.updated_at
        FROM executions e JOIN signals s ON s.execution_id = e.id
        WHERE e.project = $1 AND e.domain = $2 AND e.name = $3
        """;

    private const string Get = $"{OfExecution} AND s.signal_id = $4";

    private const string List = $"{OfExecution} ORDER BY s.created_at, s.signal_id";

    public async Task<SignalRecord?> GetOrAddAsync(SignalKey key, byte[] type, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async connection =>
            {
                await using var add = connection.Command(Add, [.. Names(key), Bytes(type), Moment(now)]);
                return await add.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );
        return (await database.ListAsync(Get, Names(key), row => Signal(row, key.Execution), cancellationToken)).SingleOrDefault();
    }

    public Task<bool> SetAsync(SignalKey key, byte[] value, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var set = connection.Command(Set, [.. Names(key), Bytes(value), Moment(now)]);
                return await set.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    public async Task<IReadOnlyList<SignalRecord>> ListAsync(ExecutionKey execution, CancellationToken cancellationToken) =>
        await database.ListAsync(List, Names(execution), row => Signal(row, execution), cancellationToken);

    private static NpgsqlParameter[] Names(ExecutionKey key) => [Text(key.Project), Text(key.Domain), Text(key.Name)];

    private static NpgsqlParameter[] Names(SignalKey key) => [.. Names(key.Execution), Text(key.SignalId)];

    private static SignalRecord Signal(NpgsqlDataReader row, ExecutionKey execution) =>
        new(
            new SignalKey(execution, row.GetString(0)),
            row.GetFieldValue<byte[]>(1),
            row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2),
            row.MomentAt(3),
            row.MomentAt(4)
        );
}
