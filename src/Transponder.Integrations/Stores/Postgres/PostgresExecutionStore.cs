using Npgsql;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Executions, and their nodes and tasks: what never changes in <c>executions</c>, the rest beside it.</summary>
internal sealed class PostgresExecutionStore(PostgresDatabase database, ChangeInterest interest) : IExecutionStore
{
    private const string Create = """
        WITH added AS (
            INSERT INTO executions
                (project, domain, name, created_at, launch_project, launch_domain, launch_name, launch_version,
                 launch_entity, workflow_project, workflow_domain, workflow_name, workflow_version, user_name, mode, notification_source, spec, inputs)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT (project, domain, name) DO NOTHING
            RETURNING id
        ), tags AS (
            INSERT INTO execution_tags (execution_id, key, value) SELECT id, k.key, k.value FROM added, unnest($21, $22) AS k (key, value)
        ), state AS (
            INSERT INTO execution_state (id, phase, cluster, last_seq) SELECT id, $19, '', 0 FROM added
        )
        INSERT INTO execution_closures (id, closure, updated_at) SELECT id, $20, $4 FROM added
        """;

    private const string Select = """
        SELECT e.id, e.project, e.domain, e.name, s.phase, s.cluster, e.spec, e.inputs, c.closure, e.created_at, e.notification_source
        FROM executions e JOIN execution_state s ON s.id = e.id JOIN execution_closures c ON c.id = e.id
        """;

    private const string Get = $"{Select} WHERE e.project = $1 AND e.domain = $2 AND e.name = $3";

    private const string GetId = "SELECT id FROM executions WHERE project = $1 AND domain = $2 AND name = $3";

    private const string GetNode = """
        SELECT n.phase, n.body
        FROM executions e JOIN node_executions n ON n.execution_id = e.id
        WHERE e.project = $1 AND e.domain = $2 AND e.name = $3 AND n.node_id = $4
        """;

    private const string GetTask = """
        SELECT t.phase, t.phase_version, t.body
        FROM executions e JOIN task_executions t ON t.execution_id = e.id
        WHERE e.project = $1 AND e.domain = $2 AND e.name = $3 AND t.node_id = $4 AND t.retry_attempt = $5
            AND t.task_name = $6 AND t.task_version = $7 AND t.task_project = $8 AND t.task_domain = $9
        """;

    private const string ListNodes = """
        SELECT n.node_id, n.phase, n.body
        FROM executions e JOIN node_executions n ON n.execution_id = e.id
        WHERE e.project = $1 AND e.domain = $2 AND e.name = $3
        """;

    private const string ListTasks = """
        SELECT t.node_id, t.task_project, t.task_domain, t.task_name, t.task_version, t.retry_attempt, t.phase, t.phase_version, t.body
        FROM executions e JOIN task_executions t ON t.execution_id = e.id
        WHERE e.project = $1 AND e.domain = $2 AND e.name = $3
        """;

    private const string GetNodeWorkflow = """
        SELECT w.body
        FROM executions e JOIN node_workflows w ON w.execution_id = e.id
        WHERE e.project = $1 AND e.domain = $2 AND e.name = $3 AND w.node_id = $4
        """;

    private const string Origins = """
        SELECT k.project, k.domain, k.name, e.workflow_project, e.workflow_domain, e.workflow_name, e.workflow_version, e.spec
        FROM unnest($1, $2, $3) AS k (project, domain, name)
        CROSS JOIN LATERAL (
            SELECT * FROM executions e WHERE e.project = k.project AND e.domain = k.domain AND e.name = k.name OFFSET 0
        ) e
        """;

    private const string Aborting = """
        SELECT e.project, e.domain, e.name
        FROM execution_state s JOIN execution_closures c ON c.id = s.id JOIN executions e ON e.id = s.id
        WHERE s.phase = 9 AND c.updated_at < $1
        ORDER BY c.updated_at, s.id
        LIMIT $2
        """;

    public Task<bool> CreateAsync(NewExecution execution, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(
                    Create,
                    Text(execution.Key.Project),
                    Text(execution.Key.Domain),
                    Text(execution.Key.Name),
                    Moment(execution.CreatedAt),
                    Text(execution.LaunchPlan.Project),
                    Text(execution.LaunchPlan.Domain),
                    Text(execution.LaunchPlan.Name),
                    Text(execution.LaunchPlan.Version),
                    Text(execution.LaunchEntity),
                    Text(execution.Workflow.Project),
                    Text(execution.Workflow.Domain),
                    Text(execution.Workflow.Name),
                    Text(execution.Workflow.Version),
                    Text(execution.User),
                    Int(execution.Mode),
                    Short((int)execution.Source),
                    Bytes(execution.Spec),
                    Bytes(execution.Inputs),
                    Short((int)execution.Phase),
                    Bytes(execution.Closure),
                    Texts(execution.Tags.Select(tag => tag.Key)),
                    Texts(execution.Tags.Select(tag => tag.Value))
                );
                if (await command.ExecuteNonQueryAsync(CancellationToken.None) == 0)
                    return false;
                if (interest.Includes(EventKind.ExecutionCreated))
                    await TellAsync(connection, execution);
                return true;
            },
            cancellationToken
        );

    private static async Task TellAsync(NpgsqlConnection connection, NewExecution execution)
    {
        await using var command = connection.Command(GetId, Name(execution.Key));
        var id = (await command.ListAsync(row => row.GetInt64(0), CancellationToken.None)).Single();
        await PostgresChanges.WriteAsync(connection, ExecutionChanges.Created(id, execution));
    }

    public async Task<ExecutionRecord?> GetAsync(ExecutionKey key, CancellationToken cancellationToken) =>
        (await database.ListAsync(Get, Name(key), Execution, cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<ExecutionRecord>> ListAsync(ExecutionQuery query, CancellationToken cancellationToken)
    {
        List<NpgsqlParameter> parameters = [];
        var rest = PostgresExecutionList.Clauses(query, parameters);
        return await database.ListAsync($"{Select} {rest}", [.. parameters], Execution, cancellationToken);
    }

    public async Task<IReadOnlyList<ExecutionOrigin>> ReadOriginsAsync(
        IReadOnlyCollection<ExecutionKey> keys,
        CancellationToken cancellationToken
    ) =>
        await database.ListAsync(
            Origins,
            [Texts(keys.Select(key => key.Project)), Texts(keys.Select(key => key.Domain)), Texts(keys.Select(key => key.Name))],
            row => new ExecutionOrigin(
                new ExecutionKey(row.GetString(0), row.GetString(1), row.GetString(2)),
                new EntityKey(row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6)),
                row.GetFieldValue<byte[]>(7)
            ),
            cancellationToken
        );

    public async Task<NodeRow?> GetNodeAsync(NodeKey key, CancellationToken cancellationToken) =>
        (
            await database.ListAsync(
                GetNode,
                [.. Name(key.Execution), Text(key.NodeId)],
                row => PostgresBatchReader.Node(row, key, 0),
                cancellationToken
            )
        ).SingleOrDefault();

    public async Task<TaskRow?> GetTaskAsync(TaskKey key, CancellationToken cancellationToken) =>
        (
            await database.ListAsync(
                GetTask,
                [
                    .. Name(key.Node.Execution),
                    Text(key.Node.NodeId),
                    Long(key.RetryAttempt),
                    Text(key.Task.Name),
                    Text(key.Task.Version),
                    Text(key.Task.Project),
                    Text(key.Task.Domain),
                ],
                row => PostgresBatchReader.Task(row, key, 0),
                cancellationToken
            )
        ).SingleOrDefault();

    public async Task<IReadOnlyList<NodeRow>> ListNodesAsync(ExecutionKey execution, CancellationToken cancellationToken) =>
        await database.ListAsync(
            ListNodes,
            Name(execution),
            row => PostgresBatchReader.Node(row, new NodeKey(execution, row.GetString(0)), 1),
            cancellationToken
        );

    public async Task<IReadOnlyList<TaskRow>> ListTasksAsync(ExecutionKey execution, string? nodeId, CancellationToken cancellationToken) =>
        await database.ListAsync(
            nodeId is null ? ListTasks : $"{ListTasks} AND t.node_id = $4",
            nodeId is null ? Name(execution) : [.. Name(execution), Text(nodeId)],
            row => PostgresBatchReader.Task(row, TaskName(row, execution), 6),
            cancellationToken
        );

    public async Task<byte[]?> GetNodeWorkflowAsync(NodeKey key, CancellationToken cancellationToken) =>
        (
            await database.ListAsync(
                GetNodeWorkflow,
                [.. Name(key.Execution), Text(key.NodeId)],
                row => row.GetFieldValue<byte[]>(0),
                cancellationToken
            )
        ).SingleOrDefault();

    public async Task<IReadOnlyList<ExecutionKey>> ListAbortingAsync(
        DateTimeOffset before,
        int limit,
        CancellationToken cancellationToken
    ) =>
        await database.ListAsync(
            Aborting,
            [Moment(before), Long(limit)],
            row => new ExecutionKey(row.GetString(0), row.GetString(1), row.GetString(2)),
            cancellationToken
        );

    private static TaskKey TaskName(NpgsqlDataReader row, ExecutionKey execution) =>
        new(
            new NodeKey(execution, row.GetString(0)),
            new EntityKey(row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)),
            (uint)row.GetInt64(5)
        );

    private static NpgsqlParameter[] Name(ExecutionKey key) => [Text(key.Project), Text(key.Domain), Text(key.Name)];

    private static ExecutionRecord Execution(NpgsqlDataReader row) =>
        new()
        {
            Id = row.GetInt64(0),
            Key = new(row.GetString(1), row.GetString(2), row.GetString(3)),
            Phase = (WorkflowPhase)row.GetInt16(4),
            Cluster = row.GetString(5),
            Spec = row.GetFieldValue<byte[]>(6),
            Inputs = row.GetFieldValue<byte[]>(7),
            Closure = row.GetFieldValue<byte[]>(8),
            CreatedAt = row.MomentAt(9),
            Source = (NotificationSource)row.GetInt16(10),
        };
}
