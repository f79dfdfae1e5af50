using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Writes what a batch of events changes, inside the batch's transaction.</summary>
internal static class SqliteBatchWriter
{
    /// <summary>Throws <see cref="StaleStateException"/> when an execution has changed since its row was loaded.</summary>
    public static void Write(SqliteDatabase database, SqliteKeyCache cache, BatchChanges changes)
    {
        Executions(database, changes.Executions);
        Events(database, changes.Events);
        Nodes(database, cache, changes.Nodes);
        Tasks(database, cache, changes.Tasks);
        NodeWorkflows(database, cache, changes.NodeWorkflows);
        Deliveries(database, cache, changes.Deliveries);
        SqliteIncidents.Write(database, changes.Incidents);
    }

    private static void Events(SqliteDatabase database, List<EventRecord> events)
    {
        using var insert = database.Use(
            """
            INSERT INTO events (id, execution_id, shard, kind, phase, sequence, occurred_at, received_at, request, traceparent)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        );
        Span<byte> id = stackalloc byte[16];
        foreach (var one in events)
        {
            one.Id.TryWriteBytes(id, bigEndian: true, out _);
            insert.Add(id).Add(one.ExecutionId).Add(one.Shard).Add((int)one.Kind).Add(one.Phase).Add(one.Sequence);
            insert.Add(one.OccurredAt).Add(one.ReceivedAt).Add(one.Request.Span).Add(one.TraceParent).Run();
            one.Position = database.LastRow;
        }
    }

    private static void Executions(SqliteDatabase database, HashSet<ExecutionRow> executions)
    {
        using var state = database.Use(
            "UPDATE execution_state SET phase = ?, cluster = ?, last_seq = ?, version = version + 1 WHERE id = ? AND version = ?"
        );
        using var whole = database.Use(
            """
            UPDATE executions SET closure = ?, started_at = ?, duration_us = ?, updated_at = ?, error_kind = ?, error_code = ?, abort_cause = ?
            WHERE id = ?
            """
        );
        foreach (var row in executions)
        {
            if (state.Add((int)row.Phase).Add(row.Cluster).Add(row.LastSequence).Add(row.Id).Add(row.Version).Run() == 0)
                throw new StaleStateException();
            if (!row.IsClosureChanged)
                continue;
            whole.Add(row.Closure).Add(row.StartedAt).Add(row.Duration).Add(row.UpdatedAt);
            whole.Add(row.ErrorKind).Add(row.ErrorCode).Add(row.AbortCause).Add(row.Id).Run();
            if (row.NewState is { } newState)
            {
                using var moved = database.Use("UPDATE executions SET state = ? WHERE id = ?");
                moved.Add(newState).Add(row.Id).Run();
            }
        }
    }

    private static void Nodes(SqliteDatabase database, SqliteKeyCache cache, HashSet<NodeRow> nodes)
    {
        using var upsert = database.Use(
            """
            INSERT INTO node_executions (execution_id, node_id, phase, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (execution_id, node_id) DO UPDATE SET phase = excluded.phase, body = excluded.body
            """
        );
        foreach (var row in nodes)
            upsert.Add(Id(database, cache, row.Key.Execution)).Add(row.Key.NodeId).Add((int)row.Phase).Add(row.Body).Run();
    }

    private static void Tasks(SqliteDatabase database, SqliteKeyCache cache, HashSet<TaskRow> tasks)
    {
        using var upsert = database.Use(
            """
            INSERT INTO task_executions
              (execution_id, node_id, task_project, task_domain, task_name, task_version, retry_attempt, phase, phase_version, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (execution_id, node_id, task_name, task_version, retry_attempt, task_project, task_domain)
            DO UPDATE SET phase = excluded.phase, phase_version = excluded.phase_version, body = excluded.body
            """
        );
        foreach (var row in tasks)
        {
            upsert.Add(Id(database, cache, row.Key.Node.Execution)).Add(row.Key.Node.NodeId);
            upsert.Add(row.Key.Task.Project).Add(row.Key.Task.Domain).Add(row.Key.Task.Name).Add(row.Key.Task.Version);
            upsert.Add(row.Key.RetryAttempt).Add((int)row.Phase).Add(row.PhaseVersion).Add(row.Body).Run();
        }
    }

    private static void NodeWorkflows(SqliteDatabase database, SqliteKeyCache cache, List<NodeWorkflow> workflows)
    {
        if (workflows.Count == 0)
            return;
        using var upsert = database.Use(
            """
            INSERT INTO node_workflows (execution_id, node_id, body) VALUES (?, ?, ?)
            ON CONFLICT (execution_id, node_id) DO UPDATE SET body = excluded.body
            """
        );
        foreach (var (node, workflow) in workflows)
            upsert.Add(Id(database, cache, node.Execution)).Add(node.NodeId).Add(workflow).Run();
    }

    private static void Deliveries(SqliteDatabase database, SqliteKeyCache cache, List<NewDelivery> deliveries)
    {
        using var insert = database.Use(
            """
            INSERT INTO deliveries
              (delivery_id, execution_id, event_position, destination_id, phase, notification, channel, target, address, state, reason,
               created_at, updated_at, active_since, lane, incident_key, incident_action, incident_opener, traceparent, claim_fence)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            ON CONFLICT (delivery_id) DO NOTHING
            """
        );
        using var read = database.Use("SELECT spec FROM executions WHERE id = ?");
        var leases = new Dictionary<DestinationLease, bool>(ReferenceEqualityComparer.Instance);
        foreach (var one in deliveries)
        {
            one.Claim?.Reset();
            var claim = one.Claim is { } wanted && IsHeld(database, leases, wanted.Lease) ? wanted : null;
            insert.Add(one.DeliveryId).Add(one.Event.ExecutionId).Add(one.Event.Position);
            insert.Add(cache.Destination(database, one.Destination, one.Channel));
            insert.Add(one.Event.Phase).Add(one.Notification).Add(one.Channel).Add(one.Target).Add(one.Address);
            insert.Add((int)(claim is null ? one.State : DeliveryState.Sending)).Add((int)one.Reason).Add(one.CreatedAt);
            var added = insert
                .Add(one.Lane)
                .Add(one.Incident?.Key)
                .Add(SqliteDeliveryReader.Number(one.Incident?.Action))
                .Add(one.IncidentOpener)
                .Add(one.Event.TraceParent)
                .Add(claim?.Lease.Fence)
                .Run();
            if (claim is null || added == 0)
                continue;
            var row = database.LastRow;
            if (read.Add(one.Event.ExecutionId).Step())
                claim.MakeGood(row, read.Bytes(0));
            read.Dispose();
        }
    }

    private static bool IsHeld(SqliteDatabase database, Dictionary<DestinationLease, bool> known, DestinationLease lease)
    {
        if (!known.TryGetValue(lease, out var held))
            known[lease] = held = SqliteLeases.HasFence(database, lease);
        return held;
    }

    private static long Id(SqliteDatabase database, SqliteKeyCache cache, ExecutionKey key) =>
        cache.Execution(database, key) ?? throw new StoreException(StoreFailure.BadData, $"There is no execution {key}.");
}
