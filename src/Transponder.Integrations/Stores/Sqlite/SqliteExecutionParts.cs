using Transponder.Core.Executions;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>What hangs on one execution: its nodes, its tasks, and its tags.</summary>
internal static class SqliteExecutionParts
{
    public static List<NodeRow> Nodes(SqliteDatabase database, long id, ExecutionKey execution)
    {
        using var rows = database.Use("SELECT node_id, phase, body FROM node_executions WHERE execution_id = ?");
        rows.Add(id);
        var nodes = new List<NodeRow>();
        while (rows.Step())
            nodes.Add(
                new NodeRow
                {
                    Key = new NodeKey(execution, rows.Text(0)),
                    Phase = (NodePhase)rows.Int(1),
                    Body = rows.Bytes(2),
                }
            );
        return nodes;
    }

    public static List<TaskRow> Tasks(SqliteDatabase database, long id, ExecutionKey execution, string? nodeId)
    {
        const string Select = """
            SELECT node_id, task_project, task_domain, task_name, task_version, retry_attempt, phase, phase_version, body
            FROM task_executions WHERE execution_id = ?
            """;
        using var rows = database.Use(nodeId is null ? Select : Select + " AND node_id = ?");
        rows.Add(id);
        if (nodeId is not null)
            rows.Add(nodeId);
        var tasks = new List<TaskRow>();
        while (rows.Step())
            tasks.Add(
                new TaskRow
                {
                    Key = new TaskKey(
                        new NodeKey(execution, rows.Text(0)),
                        new EntityKey(rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4)),
                        (uint)rows.Long(5)
                    ),
                    Phase = (TaskPhase)rows.Int(6),
                    PhaseVersion = (uint)rows.Long(7),
                    Body = rows.Bytes(8),
                }
            );
        return tasks;
    }

    public static byte[]? NodeWorkflow(SqliteDatabase database, long id, string nodeId)
    {
        using var rows = database.Use("SELECT body FROM node_workflows WHERE execution_id = ? AND node_id = ?");
        return rows.Add(id).Add(nodeId).Step() ? rows.Bytes(0) : null;
    }

    public static void AddTags(SqliteDatabase database, long id, IReadOnlyCollection<(string Key, string Value)> tags)
    {
        if (tags.Count == 0)
            return;
        using var add = database.Use("INSERT INTO execution_tags (execution_id, key, value) VALUES (?, ?, ?)");
        foreach (var (key, value) in tags)
            add.Add(id).Add(key).Add(value).Run();
    }
}
