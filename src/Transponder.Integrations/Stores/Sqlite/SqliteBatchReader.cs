using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Loads what a batch of events touches, inside the batch's transaction.</summary>
internal static class SqliteBatchReader
{
    public static BatchState Load(SqliteDatabase database, SqliteKeyCache cache, BatchKeys keys)
    {
        var state = new BatchState();
        foreach (var key in keys.Executions)
            if (cache.Execution(database, key) is { } id)
                state.Executions.Add(key, keys.WithClosure.Contains(key) ? Whole(database, id, key) : Narrow(database, id, key));
        foreach (var key in keys.Nodes)
            if (cache.Execution(database, key.Execution) is { } id && Node(database, id, key) is { } node)
                state.Nodes.Add(key, node);
        foreach (var key in keys.Tasks)
            if (cache.Execution(database, key.Node.Execution) is { } id && Task(database, id, key) is { } task)
                state.Tasks.Add(key, task);
        foreach (var key in keys.Referenced)
            if (cache.Execution(database, key) is not null)
                state.Referenced.Add(key);
        foreach (var key in keys.Ended)
            if (cache.Execution(database, key) is { } id)
                SqliteIncidents.Load(database, id, key, state);
        return state;
    }

    public static NodeRow? Node(SqliteDatabase database, long execution, NodeKey key)
    {
        using var rows = database.Use("SELECT phase, body FROM node_executions WHERE execution_id = ? AND node_id = ?");
        if (!rows.Add(execution).Add(key.NodeId).Step())
            return null;
        return new NodeRow
        {
            Key = key,
            Phase = (NodePhase)rows.Int(0),
            Body = rows.Bytes(1),
        };
    }

    public static TaskRow? Task(SqliteDatabase database, long execution, TaskKey key)
    {
        using var rows = database.Use(
            """
            SELECT phase, phase_version, body FROM task_executions
            WHERE execution_id = ? AND node_id = ? AND task_name = ? AND task_version = ? AND retry_attempt = ? AND task_project = ? AND task_domain = ?
            """
        );
        rows.Add(execution).Add(key.Node.NodeId).Add(key.Task.Name).Add(key.Task.Version).Add(key.RetryAttempt);
        if (!rows.Add(key.Task.Project).Add(key.Task.Domain).Step())
            return null;
        return new TaskRow
        {
            Key = key,
            Phase = (TaskPhase)rows.Int(0),
            PhaseVersion = (uint)rows.Long(1),
            Body = rows.Bytes(2),
        };
    }

    private static ExecutionRow Narrow(SqliteDatabase database, long id, ExecutionKey key)
    {
        using var rows = database.Use("SELECT phase, cluster, last_seq, version FROM execution_state WHERE id = ?");
        rows.Add(id).Step();
        return new ExecutionRow
        {
            Id = id,
            Key = key,
            Phase = (WorkflowPhase)rows.Int(0),
            Cluster = rows.Text(1),
            LastSequence = rows.Long(2),
            Version = rows.Long(3),
        };
    }

    private static ExecutionRow Whole(SqliteDatabase database, long id, ExecutionKey key)
    {
        using var rows = database.Use(
            """
            SELECT s.phase, s.cluster, s.last_seq, e.closure, e.started_at, e.duration_us, e.updated_at, e.error_kind, e.error_code, e.abort_cause, s.version
            FROM execution_state s JOIN executions e ON e.id = s.id WHERE s.id = ?
            """
        );
        rows.Add(id).Step();
        return new ExecutionRow
        {
            Id = id,
            Key = key,
            Phase = (WorkflowPhase)rows.Int(0),
            Cluster = rows.Text(1),
            LastSequence = rows.Long(2),
            Closure = rows.Bytes(3),
            StartedAt = rows.TimeOrNull(4),
            Duration = rows.SpanOrNull(5),
            UpdatedAt = rows.Time(6),
            ErrorKind = rows.TextOrNull(7),
            ErrorCode = rows.TextOrNull(8),
            AbortCause = rows.TextOrNull(9),
            Version = rows.Long(10),
        };
    }
}
