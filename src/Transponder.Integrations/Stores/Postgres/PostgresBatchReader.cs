using Npgsql;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// Locks and loads what a batch touches, in one round trip. OFFSET 0 keeps each join a walk over the keys by index, also where the planner
/// knows nothing of the tables yet.
/// </summary>
internal static class PostgresBatchReader
{
    // Locking in the order of ids keeps batches that touch the same executions from deadlocks.
    private const string LockExecutions = """
        SELECT k.ord, s.id, s.phase, s.cluster, s.last_seq
        FROM (
            SELECT k.ord, e.id
            FROM unnest($1, $2, $3) WITH ORDINALITY AS k (project, domain, name, ord)
            CROSS JOIN LATERAL (
                SELECT id FROM executions e WHERE e.project = k.project AND e.domain = k.domain AND e.name = k.name OFFSET 0
            ) e
            ORDER BY e.id OFFSET 0
        ) k
        CROSS JOIN LATERAL (
            SELECT id, phase, cluster, last_seq FROM execution_state WHERE execution_state.id = k.id FOR UPDATE
        ) s
        """;

    // A statement of its own: it sees what was committed up to the moment when the locks were granted.
    private const string LoadClosures = """
        SELECT k.ord, c.closure, c.updated_at, c.started_at, c.duration_us, c.error_kind, c.error_code, c.abort_cause
        FROM unnest($1, $2, $3) WITH ORDINALITY AS k (project, domain, name, ord)
        CROSS JOIN LATERAL (
            SELECT id FROM executions e WHERE e.project = k.project AND e.domain = k.domain AND e.name = k.name OFFSET 0
        ) e
        CROSS JOIN LATERAL (SELECT * FROM execution_closures WHERE execution_closures.id = e.id OFFSET 0) c
        """;

    private const string LoadNodes = """
        SELECT k.ord, n.phase, n.body
        FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS k (project, domain, name, node_id, ord)
        CROSS JOIN LATERAL (
            SELECT id FROM executions e WHERE e.project = k.project AND e.domain = k.domain AND e.name = k.name OFFSET 0
        ) e
        CROSS JOIN LATERAL (
            SELECT phase, body FROM node_executions n WHERE n.execution_id = e.id AND n.node_id = k.node_id OFFSET 0
        ) n
        """;

    private const string LoadTasks = """
        SELECT k.ord, t.phase, t.phase_version, t.body
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
            AS k (project, domain, name, node_id, retry_attempt, task_name, task_version, task_project, task_domain, ord)
        CROSS JOIN LATERAL (
            SELECT id FROM executions e WHERE e.project = k.project AND e.domain = k.domain AND e.name = k.name OFFSET 0
        ) e
        CROSS JOIN LATERAL (
            SELECT phase, phase_version, body
            FROM task_executions t
            WHERE t.execution_id = e.id AND t.node_id = k.node_id AND t.retry_attempt = k.retry_attempt
                AND t.task_name = k.task_name AND t.task_version = k.task_version
                AND t.task_project = k.task_project AND t.task_domain = k.task_domain
            OFFSET 0
        ) t
        """;

    private const string FindReferenced = """
        SELECT k.ord
        FROM unnest($1, $2, $3) WITH ORDINALITY AS k (project, domain, name, ord)
        CROSS JOIN LATERAL (
            SELECT id FROM executions e WHERE e.project = k.project AND e.domain = k.domain AND e.name = k.name OFFSET 0
        ) e
        """;

    public static async Task<BatchState> LoadAsync(NpgsqlConnection connection, BatchKeys keys)
    {
        var state = new BatchState();
        await using var batch = new NpgsqlBatch(connection);
        List<Action<NpgsqlDataReader>> readers = [];

        Add(keys.Executions, LockExecutions, Names, (row, key) => state.Executions[key] = Execution(row, key));
        Add(keys.WithClosure, LoadClosures, Names, (row, key) => ReadClosure(row, state.Executions.GetValueOrDefault(key)));
        Add(keys.Nodes, LoadNodes, NodeNames, (row, key) => state.Nodes[key] = Node(row, key, 1));
        Add(keys.Tasks, LoadTasks, TaskNames, (row, key) => state.Tasks[key] = Task(row, key, 1));
        Add(keys.Referenced, FindReferenced, Names, (_, key) => state.Referenced.Add(key));
        if (readers.Count == 0)
            return state;

        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var read in readers)
        {
            while (await reader.ReadAsync())
                read(reader);
            await reader.NextResultAsync();
        }
        return state;

        void Add<TKey>(HashSet<TKey> wanted, string sql, Func<TKey[], NpgsqlParameter[]> parameters, Action<NpgsqlDataReader, TKey> found)
        {
            if (wanted.Count == 0)
                return;
            var list = wanted.ToArray();
            batch.Add(sql, parameters(list));
            readers.Add(row => found(row, list[row.GetInt64(0) - 1]));
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

    private static NpgsqlParameter[] Names(IReadOnlyCollection<ExecutionKey> keys) =>
        [Texts(keys.Select(key => key.Project)), Texts(keys.Select(key => key.Domain)), Texts(keys.Select(key => key.Name))];

    private static NpgsqlParameter[] NodeNames(NodeKey[] keys) =>
        [.. Names([.. keys.Select(key => key.Execution)]), Texts(keys.Select(key => key.NodeId))];

    private static NpgsqlParameter[] TaskNames(TaskKey[] keys) =>
        [
            .. NodeNames([.. keys.Select(key => key.Node)]),
            Longs(keys.Select(key => (long)key.RetryAttempt)),
            Texts(keys.Select(key => key.Task.Name)),
            Texts(keys.Select(key => key.Task.Version)),
            Texts(keys.Select(key => key.Task.Project)),
            Texts(keys.Select(key => key.Task.Domain)),
        ];
}
