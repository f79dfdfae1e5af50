using Npgsql;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// Locks and loads what a batch touches, in one round trip, and one more for executions that this process has not met. OFFSET 0 keeps each join a
/// walk over the keys by index, also where the planner knows nothing of the tables yet.
/// </summary>
internal sealed class PostgresBatchReader(PostgresKeyCache cache)
{
    private const string FindExecutions = """
        SELECT k.ord, e.id
        FROM unnest($1, $2, $3) WITH ORDINALITY AS k (project, domain, name, ord)
        CROSS JOIN LATERAL (
            SELECT id FROM executions e WHERE e.project = k.project AND e.domain = k.domain AND e.name = k.name OFFSET 0
        ) e
        """;

    // The ids come in order: locking so keeps batches that touch the same executions from deadlocks.
    private const string LockExecutions = """
        SELECT k.ord, s.id, s.phase, s.cluster, s.last_seq, s.version
        FROM unnest($1) WITH ORDINALITY AS k (id, ord)
        CROSS JOIN LATERAL (
            SELECT id, phase, cluster, last_seq, version FROM execution_state WHERE execution_state.id = k.id FOR UPDATE
        ) s
        """;

    private const string LoadExecutions = """
        SELECT k.ord, s.id, s.phase, s.cluster, s.last_seq, s.version
        FROM unnest($1) WITH ORDINALITY AS k (id, ord)
        CROSS JOIN LATERAL (
            SELECT id, phase, cluster, last_seq, version FROM execution_state WHERE execution_state.id = k.id OFFSET 0
        ) s
        """;

    // A statement of its own: it sees what was committed up to the moment when the locks were granted.
    private const string LoadClosures = """
        SELECT k.ord, c.closure, c.updated_at, c.started_at, c.duration_us, c.error_kind, c.error_code, c.abort_cause
        FROM unnest($1) WITH ORDINALITY AS k (id, ord)
        CROSS JOIN LATERAL (SELECT * FROM execution_closures WHERE execution_closures.id = k.id OFFSET 0) c
        """;

    private const string LoadNodes = """
        SELECT k.ord, n.phase, n.body
        FROM unnest($1, $2) WITH ORDINALITY AS k (id, node_id, ord)
        CROSS JOIN LATERAL (
            SELECT phase, body FROM node_executions n WHERE n.execution_id = k.id AND n.node_id = k.node_id OFFSET 0
        ) n
        """;

    private const string LoadTasks = """
        SELECT k.ord, t.phase, t.phase_version, t.body
        FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY
            AS k (id, node_id, retry_attempt, task_name, task_version, task_project, task_domain, ord)
        CROSS JOIN LATERAL (
            SELECT phase, phase_version, body
            FROM task_executions t
            WHERE t.execution_id = k.id AND t.node_id = k.node_id AND t.retry_attempt = k.retry_attempt
                AND t.task_name = k.task_name AND t.task_version = k.task_version
                AND t.task_project = k.task_project AND t.task_domain = k.task_domain
            OFFSET 0
        ) t
        """;

    public async Task<BatchState> LoadAsync(NpgsqlConnection connection, BatchKeys keys, bool locking)
    {
        var missed = false;
        var ids = await FindAsync(connection, keys);
        var executions = Known(keys.Executions, key => key).OrderBy(key => ids[key]).ToArray();
        var state = new BatchState();
        await using var batch = new NpgsqlBatch(connection);
        List<Action<NpgsqlDataReader>> readers = [];

        Add(executions, locking ? LockExecutions : LoadExecutions, Ids, (row, key) => state.Executions[key] = Execution(row, key));
        Add(
            Known(keys.WithClosure, key => key),
            LoadClosures,
            Ids,
            (row, key) => ReadClosure(row, state.Executions.GetValueOrDefault(key))
        );
        Add(Known(keys.Nodes, key => key.Execution), LoadNodes, NodeKeys, (row, key) => state.Nodes[key] = Node(row, key, 1));
        Add(Known(keys.Tasks, key => key.Node.Execution), LoadTasks, TaskKeys, (row, key) => state.Tasks[key] = Task(row, key, 1));
        Add([.. keys.Referenced], FindExecutions, Names, (_, key) => state.Referenced.Add(key));
        var ended = Known(keys.Ended, key => key);
        if (ended.Length > 0)
        {
            batch.Add(PostgresIncidents.Lock, Ids(ended));
            readers.Add(_ => { });
        }
        Add(ended, PostgresIncidents.Load, Ids, (row, key) => PostgresIncidents.Read(row, key, state));
        if (readers.Count == 0)
            return state;

        await using (var reader = await batch.ExecuteReaderAsync())
        {
            foreach (var read in readers)
            {
                while (await reader.ReadAsync())
                    read(reader);
                await reader.NextResultAsync();
            }
        }

        foreach (var gone in executions.Where(key => !state.Executions.ContainsKey(key)))
        {
            cache.Forget(gone);
            missed = true;
        }

        return missed ? await LoadAsync(connection, keys, locking) : state;

        TKey[] Known<TKey>(HashSet<TKey> wanted, Func<TKey, ExecutionKey> executionOf) =>
            [.. wanted.Where(key => ids.ContainsKey(executionOf(key)))];

        NpgsqlParameter[] Ids(ExecutionKey[] wanted) => [Longs(wanted.Select(key => ids[key]))];

        NpgsqlParameter[] NodeKeys(NodeKey[] wanted) =>
            [Longs(wanted.Select(key => ids[key.Execution])), Texts(wanted.Select(key => key.NodeId))];

        NpgsqlParameter[] TaskKeys(TaskKey[] wanted) =>
            [
                .. NodeKeys([.. wanted.Select(key => key.Node)]),
                Longs(wanted.Select(key => (long)key.RetryAttempt)),
                Texts(wanted.Select(key => key.Task.Name)),
                Texts(wanted.Select(key => key.Task.Version)),
                Texts(wanted.Select(key => key.Task.Project)),
                Texts(wanted.Select(key => key.Task.Domain)),
            ];

        void Add<TKey>(TKey[] wanted, string sql, Func<TKey[], NpgsqlParameter[]> parameters, Action<NpgsqlDataReader, TKey> found)
        {
            if (wanted.Length == 0)
                return;
            batch.Add(sql, parameters(wanted));
            readers.Add(row => found(row, wanted[row.GetInt64(0) - 1]));
        }
    }

    // Kept for this batch: what other executions make the cache forget meanwhile is still known to it.
    private async Task<Dictionary<ExecutionKey, long>> FindAsync(NpgsqlConnection connection, BatchKeys keys)
    {
        var ids = new Dictionary<ExecutionKey, long>();
        var unknown = new HashSet<ExecutionKey>();
        foreach (var key in keys.Executions)
            Recall(key);
        foreach (var key in keys.Nodes)
            Recall(key.Execution);
        foreach (var key in keys.Tasks)
            Recall(key.Node.Execution);
        if (unknown.Count == 0)
            return ids;

        ExecutionKey[] wanted = [.. unknown];
        await using var command = connection.Command(FindExecutions, Names(wanted));
        foreach (var (index, id) in await command.ListAsync(row => (row.GetInt64(0) - 1, row.GetInt64(1)), CancellationToken.None))
        {
            ids[wanted[index]] = id;
            cache.Remember(wanted[index], id);
        }

        return ids;

        void Recall(ExecutionKey key)
        {
            if (cache.TryGet(key, out var id))
                ids[key] = id;
            else
                unknown.Add(key);
        }
    }

    /// <summary>Reads phase and body from the given column on.</summary>
    public static NodeRow Node(NpgsqlDataReader row, NodeKey key, int from) =>
        new()
        {
            Key = key,
            Phase = (NodePhase)row.GetInt16(from),
            Body = row.GetFieldValue<byte[]>(from + 1),
        };

    /// <summary>Reads phase, its version and body from the given column on.</summary>
    public static TaskRow Task(NpgsqlDataReader row, TaskKey key, int from) =>
        new()
        {
            Key = key,
            Phase = (TaskPhase)row.GetInt16(from),
            PhaseVersion = (uint)row.GetInt64(from + 1),
            Body = row.GetFieldValue<byte[]>(from + 2),
        };

    private static ExecutionRow Execution(NpgsqlDataReader row, ExecutionKey key) =>
        new()
        {
            Id = row.GetInt64(1),
            Key = key,
            Phase = (WorkflowPhase)row.GetInt16(2),
            Cluster = row.GetString(3),
            LastSequence = row.GetInt64(4),
            Version = row.GetInt64(5),
        };

    private static void ReadClosure(NpgsqlDataReader row, ExecutionRow? execution)
    {
        if (execution is null)
            return;
        execution.Closure = row.GetFieldValue<byte[]>(1);
        execution.UpdatedAt = row.MomentAt(2);
        execution.StartedAt = row.MomentOrNull(3);
        execution.Duration = row.IsDBNull(4) ? null : TimeSpan.FromMicroseconds(row.GetInt64(4));
        execution.ErrorKind = row.TextOrNull(5);
        execution.ErrorCode = row.TextOrNull(6);
        execution.AbortCause = row.TextOrNull(7);
    }

    private static NpgsqlParameter[] Names(ExecutionKey[] keys) =>
        [Texts(keys.Select(key => key.Project)), Texts(keys.Select(key => key.Domain)), Texts(keys.Select(key => key.Name))];
}
