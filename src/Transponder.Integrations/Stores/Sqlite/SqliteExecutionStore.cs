using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Executions, and their nodes and tasks, to create and read.</summary>
internal sealed class SqliteExecutionStore(SqliteWriter writer, SqliteReaders readers, ChangeInterest interest) : IExecutionStore
{
    private const string Select = """
        SELECT e.id, e.project, e.domain, e.name, s.phase, s.cluster, e.spec, e.inputs, e.closure, e.created_at, e.notification_source
        FROM executions e JOIN execution_state s ON s.id = e.id
        """;

    public Task<bool> CreateAsync(NewExecution execution, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(execution);
        return writer.RunAsync(database => Create(database, execution), cancellationToken);
    }

    public Task<ExecutionRecord?> GetAsync(ExecutionKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database =>
            {
                using var rows = database.Use(Select + " WHERE e.project = ? AND e.domain = ? AND e.name = ?");
                return rows.Add(key.Project).Add(key.Domain).Add(key.Name).Step() ? Record(rows) : null;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<ExecutionRecord>> ListAsync(ExecutionQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return readers.ReadAsync<IReadOnlyList<ExecutionRecord>>(database => List(database, query), cancellationToken);
    }

    public Task<IReadOnlyList<ExecutionOrigin>> ReadOriginsAsync(
        IReadOnlyCollection<ExecutionKey> keys,
        CancellationToken cancellationToken
    ) =>
        readers.ReadAsync<IReadOnlyList<ExecutionOrigin>>(
            database => [.. keys.Select(key => Origin(database, key)).OfType<ExecutionOrigin>()],
            cancellationToken
        );

    public Task<NodeRow?> GetNodeAsync(NodeKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database => Find(database, key.Execution) is { } id ? SqliteBatchReader.Node(database, id, key) : null,
            cancellationToken
        );

    public Task<TaskRow?> GetTaskAsync(TaskKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database => Find(database, key.Node.Execution) is { } id ? SqliteBatchReader.Task(database, id, key) : null,
            cancellationToken
        );

    public Task<IReadOnlyList<NodeRow>> ListNodesAsync(ExecutionKey execution, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<NodeRow>>(
            database => Find(database, execution) is { } id ? SqliteExecutionParts.Nodes(database, id, execution) : [],
            cancellationToken
        );

    public Task<IReadOnlyList<TaskRow>> ListTasksAsync(ExecutionKey execution, string? nodeId, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<TaskRow>>(
            database => Find(database, execution) is { } id ? SqliteExecutionParts.Tasks(database, id, execution, nodeId) : [],
            cancellationToken
        );

    public Task<byte[]?> GetNodeWorkflowAsync(NodeKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database => Find(database, key.Execution) is { } id ? SqliteExecutionParts.NodeWorkflow(database, id, key.NodeId) : null,
            cancellationToken
        );

    public Task<IReadOnlyList<ExecutionKey>> ListAbortingAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<ExecutionKey>>(
            database =>
            {
                using var rows = database.Use(
                    """
                    SELECT e.project, e.domain, e.name FROM execution_state s JOIN executions e ON e.id = s.id
                    WHERE s.phase = 9 AND e.updated_at < ? ORDER BY e.updated_at, e.id LIMIT ?
                    """
                );
                rows.Add(before).Add(limit);
                var keys = new List<ExecutionKey>();
                while (rows.Step())
                    keys.Add(new ExecutionKey(rows.Text(0), rows.Text(1), rows.Text(2)));
                return keys;
            },
            cancellationToken
        );

    private static ExecutionOrigin? Origin(SqliteDatabase database, ExecutionKey key)
    {
        using var rows = database.Use(
            """
            SELECT workflow_project, workflow_domain, workflow_name, workflow_version, spec
            FROM executions WHERE project = ? AND domain = ? AND name = ?
            """
        );
        return rows.Add(key.Project).Add(key.Domain).Add(key.Name).Step()
            ? new ExecutionOrigin(key, new EntityKey(rows.Text(0), rows.Text(1), rows.Text(2), rows.Text(3)), rows.Bytes(4))
            : null;
    }

    private static long? Find(SqliteDatabase database, ExecutionKey key)
    {
        using var rows = database.Use("SELECT id FROM executions WHERE project = ? AND domain = ? AND name = ?");
        return rows.Add(key.Project).Add(key.Domain).Add(key.Name).Step() ? rows.Long(0) : null;
    }

    private bool Create(SqliteDatabase database, NewExecution execution)
    {
        using var insert = database.Use(
            """
            INSERT INTO executions
              (project, domain, name, created_at, updated_at, user, mode, notification_source, launch_entity,
               launch_project, launch_domain, launch_name, launch_version,
               workflow_project, workflow_domain, workflow_name, workflow_version, closure, spec, inputs)
            VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
            ON CONFLICT (project, domain, name) DO NOTHING
            """
        );
        insert.Add(execution.Key.Project).Add(execution.Key.Domain).Add(execution.Key.Name).Add(execution.CreatedAt);
        insert.Add(execution.User).Add(execution.Mode).Add((int)execution.Source).Add(execution.LaunchEntity);
        Add(insert, execution.LaunchPlan);
        Add(insert, execution.Workflow);
        if (insert.Add(execution.Closure).Add(execution.Spec).Add(execution.Inputs).Run() == 0)
            return false;

        var id = database.LastRow;
        using var state = database.Use("INSERT INTO execution_state (id, phase, cluster, last_seq) VALUES (?, ?, '', 0)");
        state.Add(id).Add((int)execution.Phase).Run();
        SqliteExecutionParts.AddTags(database, id, execution.Tags);
        if (interest.Includes(EventKind.ExecutionCreated))
            SqliteChanges.Write(database, ExecutionChanges.Created(id, execution));
        return true;
    }

    private static void Add(SqliteStatement statement, EntityKey key) =>
        statement.Add(key.Project).Add(key.Domain).Add(key.Name).Add(key.Version);

    private static List<ExecutionRecord> List(SqliteDatabase database, ExecutionQuery query)
    {
        var sql = SqliteExecutionFilters.Build(query, out var values);
        return database.List($"{Select}\n{sql}", values, Record);
    }

    private static ExecutionRecord Record(SqliteStatement rows) =>
        new()
        {
            Id = rows.Long(0),
            Key = new ExecutionKey(rows.Text(1), rows.Text(2), rows.Text(3)),
            Phase = (WorkflowPhase)rows.Int(4),
            Cluster = rows.Text(5),
            Spec = rows.Bytes(6),
            Inputs = rows.Bytes(7),
            Closure = rows.Bytes(8),
            CreatedAt = rows.Time(9),
            Source = (NotificationSource)rows.Int(10),
        };
}
