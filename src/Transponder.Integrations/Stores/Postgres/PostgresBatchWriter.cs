using Npgsql;
using NpgsqlTypes;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// Writes a batch's changes: a statement per table, and the log by COPY. Existing rows are updated through ON CONFLICT, which always goes by the
/// primary key, whatever the planner believes.
/// </summary>
internal static class PostgresBatchWriter
{
    // The rows are locked in the order of the arrays, so the ids come in order: batches that share executions do not deadlock.
    private const string UpdateState = """
        INSERT INTO execution_state AS s (id, phase, cluster, last_seq, version)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE SET
            phase = excluded.phase, cluster = excluded.cluster, last_seq = excluded.last_seq, version = s.version + 1
        WHERE s.version = excluded.version
        """;

    private const string UpdateClosures = """
        INSERT INTO execution_closures (id, closure, updated_at, started_at, duration_us, error_kind, error_code, abort_cause)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE SET
            closure = excluded.closure, updated_at = excluded.updated_at, started_at = excluded.started_at, duration_us = excluded.duration_us,
            error_kind = excluded.error_kind, error_code = excluded.error_code, abort_cause = excluded.abort_cause
        """;

    private const string UpdateStates = """
        UPDATE executions e SET state = k.state FROM unnest($1, $2) AS k (id, state) WHERE e.id = k.id
        """;

    private const string UpsertNodeWorkflows = """
        INSERT INTO node_workflows (execution_id, node_id, body)
        SELECT $1, $2, $3
        ON CONFLICT (execution_id, node_id) DO UPDATE SET body = excluded.body
        """;

    private const string UpsertNodes = """
        INSERT INTO node_executions (execution_id, node_id, phase, body)
        SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (execution_id, node_id) DO UPDATE SET phase = excluded.phase, body = excluded.body
        """;

    private const string UpsertTasks = """
        INSERT INTO task_executions
            (execution_id, node_id, retry_attempt, task_name, task_version, task_project, task_domain, phase, phase_version, body)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (execution_id, node_id, retry_attempt, task_name, task_version, task_project, task_domain)
        DO UPDATE SET phase = excluded.phase, phase_version = excluded.phase_version, body = excluded.body
        """;

    // Held until the commit: whoever reads a position can rely on no lower one coming later. The last lock that a batch takes.
    public const string LockPositions = "SELECT pg_advisory_xact_lock(hashtextextended('transponder.positions', 0))";

    // Whoever takes a destination over waits for the commit, and then finds what was stored as claimed.
    private const string LockLeases = "SELECT id FROM destinations WHERE id = ANY($1) ORDER BY id FOR KEY SHARE";

    // COPY, since it costs half of what an INSERT of arrays does.
    private const string AppendEvents = """
        COPY events (id, execution_id, shard, kind, phase, sequence, occurred_at, received_at, request, traceparent)
        FROM STDIN (FORMAT BINARY)
        """;

    public const string AddDestinations = """
        INSERT INTO destinations (key, channel)
        SELECT * FROM unnest($1, $2)
        ON CONFLICT (key) DO NOTHING
        """;

    // The batch's positions are consecutive, as nobody else takes any under the lock: each is found by counting back.
    private const string LastPosition = "SELECT currval('events_position_seq')";

    // A delivery that has a claim is sending from the start, under the fence of the lease, if that is still the one.
    private const string AddDeliveries = """
        WITH added AS (
            INSERT INTO deliveries
                (delivery_id, execution_id, event_position, phase, notification, channel, target, address, destination_id, state, reason,
                 created_at, active_since, updated_at, lane, incident_key, incident_action, incident_opener, traceparent, claim_fence)
            SELECT k.delivery_id, k.execution_id, currval('events_position_seq') - k.back, k.phase, k.notification, k.channel, k.target,
                k.address, d.id, CASE WHEN d.fence IS NULL THEN k.state ELSE 3 END, k.reason, k.created_at, k.created_at, k.created_at,
                k.lane, k.incident_key, k.incident_action, k.incident_opener, k.traceparent, d.fence
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) WITH ORDINALITY
                AS k (delivery_id, execution_id, back, phase, notification, channel, target, address, destination, state, reason, created_at,
                    lane, incident_key, incident_action, incident_opener, traceparent, fence, ord)
            CROSS JOIN LATERAL (
                SELECT id, CASE WHEN owner IS NOT NULL AND fence = k.fence THEN fence END AS fence
                FROM destinations WHERE key = k.destination OFFSET 0
            ) d
            ORDER BY k.ord
            ON CONFLICT (delivery_id) DO NOTHING
            RETURNING id, delivery_id, execution_id, claim_fence
        )
        SELECT a.id, a.delivery_id, e.spec
        FROM added a
        CROSS JOIN LATERAL (SELECT spec FROM executions WHERE executions.id = a.execution_id OFFSET 0) e
        WHERE a.claim_fence IS NOT NULL
        """;

    /// <summary>False when the stored version of an execution is another; the transaction must then be rolled back.</summary>
    public static async Task<bool> WriteAsync(NpgsqlConnection connection, BatchChanges changes)
    {
        if (!await WriteStateAsync(connection, changes))
            return false;
        if (changes.Events.Count > 0)
            await WriteEventsAsync(connection, changes.Events);
        await WriteConsequencesAsync(connection, changes);
        return true;
    }

    private static async Task<bool> WriteStateAsync(NpgsqlConnection connection, BatchChanges changes)
    {
        await using var batch = new NpgsqlBatch(connection);
        var rows = changes.Executions.OrderBy(row => row.Id).ToArray();
        var executions = rows.ToDictionary(row => row.Key);
        AddExecutions(batch, rows);
        AddNodes(batch, changes.Nodes, executions);
        AddTasks(batch, changes.Tasks, executions);
        foreach (var (node, workflow) in changes.NodeWorkflows)
            batch.Add(UpsertNodeWorkflows, Long(Id(executions, node.Execution)), Text(node.NodeId), Bytes(workflow));
        var leases = changes
            .Deliveries.Where(delivery => delivery.Claim is not null)
            .Select(delivery => delivery.Claim!.Lease.Id)
            .Distinct();
        if (leases.Any())
            batch.Add(LockLeases, Longs(leases));
        if (changes.Events.Count > 0)
            batch.Add(LockPositions);
        if (batch.BatchCommands.Count == 0)
            return true;
        await batch.ExecuteNonQueryAsync();
        return rows.Length == 0 || batch.BatchCommands[0].Rows == (ulong)rows.Length;
    }

    private static async Task WriteEventsAsync(NpgsqlConnection connection, List<EventRecord> events)
    {
        await using var copy = await connection.BeginBinaryImportAsync(AppendEvents);
        foreach (var record in events)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(record.Id, NpgsqlDbType.Uuid);
            await copy.WriteAsync(record.ExecutionId, NpgsqlDbType.Bigint);
            await copy.WriteAsync((short)record.Shard, NpgsqlDbType.Smallint);
            await copy.WriteAsync((short)record.Kind, NpgsqlDbType.Smallint);
            await copy.WriteAsync((short)record.Phase, NpgsqlDbType.Smallint);
            await copy.WriteAsync(record.Sequence, NpgsqlDbType.Bigint);
            await copy.WriteAsync(Micro(record.OccurredAt)!.Value, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(Micro(record.ReceivedAt)!.Value, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(record.Request, NpgsqlDbType.Bytea);
            if (record.TraceParent is { } span)
                await copy.WriteAsync(span, NpgsqlDbType.Text);
            else
                await copy.WriteNullAsync();
        }

        await copy.CompleteAsync();
    }

    private static async Task WriteConsequencesAsync(NpgsqlConnection connection, BatchChanges changes)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (changes.Events.Count > 0)
            batch.Add(LastPosition);
        if (changes.Deliveries.Count > 0)
            AddDeliveriesTo(batch, changes.Events, changes.Deliveries);
        PostgresIncidents.Write(batch, changes.Incidents);
        if (batch.BatchCommands.Count == 0)
            return;

        await using var reader = await batch.ExecuteReaderAsync();
        if (changes.Events.Count > 0 && await reader.ReadAsync())
        {
            var first = reader.GetInt64(0) - changes.Events.Count + 1;
            for (var index = 0; index < changes.Events.Count; index++)
                changes.Events[index].Position = first + index;
        }

        if (changes.Deliveries.Count > 0 && (changes.Events.Count == 0 || await reader.NextResultAsync()))
            await ReadClaimsAsync(reader, changes.Deliveries);

        // A later statement's failure shows when its result is asked for.
        while (await reader.NextResultAsync()) { }
    }

    private static async Task ReadClaimsAsync(NpgsqlDataReader reader, List<NewDelivery> deliveries)
    {
        var claims = new Dictionary<string, EarlyClaim>(StringComparer.Ordinal);
        foreach (var delivery in deliveries)
        {
            delivery.Claim?.Reset();
            if (delivery.Claim is { } claim)
                claims.TryAdd(delivery.DeliveryId, claim);
        }

        while (await reader.ReadAsync())
            claims[reader.GetString(1)].MakeGood(reader.GetInt64(0), reader.GetFieldValue<byte[]>(2));
    }

    private static void AddExecutions(NpgsqlBatch batch, ExecutionRow[] rows)
    {
        if (rows.Length == 0)
            return;
        batch.Add(
            UpdateState,
            Longs(rows.Select(row => row.Id)),
            Shorts(rows.Select(row => (int)row.Phase)),
            Texts(rows.Select(row => row.Cluster)),
            Longs(rows.Select(row => row.LastSequence)),
            Longs(rows.Select(row => row.Version))
        );
        var whole = rows.Where(row => row.IsClosureChanged).ToArray();
        if (whole.Length == 0)
            return;
        batch.Add(
            UpdateClosures,
            Longs(whole.Select(row => row.Id)),
            ByteArrays(whole.Select(row => (ReadOnlyMemory<byte>)row.Closure)),
            Moments(whole.Select(row => (DateTimeOffset?)row.UpdatedAt)),
            Moments(whole.Select(row => row.StartedAt)),
            Longs(whole.Select(row => row.Duration?.Microseconds())),
            Texts(whole.Select(row => row.ErrorKind)),
            Texts(whole.Select(row => row.ErrorCode)),
            Texts(whole.Select(row => row.AbortCause))
        );
        var moved = rows.Where(row => row.NewState is not null).ToArray();
        if (moved.Length > 0)
            batch.Add(UpdateStates, Longs(moved.Select(row => row.Id)), Shorts(moved.Select(row => row.NewState ?? 0)));
    }

    private static void AddNodes(NpgsqlBatch batch, HashSet<NodeRow> rows, Dictionary<ExecutionKey, ExecutionRow> executions)
    {
        if (rows.Count == 0)
            return;
        batch.Add(
            UpsertNodes,
            Longs(rows.Select(row => Id(executions, row.Key.Execution))),
            Texts(rows.Select(row => row.Key.NodeId)),
            Shorts(rows.Select(row => (int)row.Phase)),
            ByteArrays(rows.Select(row => (ReadOnlyMemory<byte>)row.Body))
        );
    }

    private static void AddTasks(NpgsqlBatch batch, HashSet<TaskRow> rows, Dictionary<ExecutionKey, ExecutionRow> executions)
    {
        if (rows.Count == 0)
            return;
        batch.Add(
            UpsertTasks,
            Longs(rows.Select(row => Id(executions, row.Key.Node.Execution))),
            Texts(rows.Select(row => row.Key.Node.NodeId)),
            Longs(rows.Select(row => (long)row.Key.RetryAttempt)),
            Texts(rows.Select(row => row.Key.Task.Name)),
            Texts(rows.Select(row => row.Key.Task.Version)),
            Texts(rows.Select(row => row.Key.Task.Project)),
            Texts(rows.Select(row => row.Key.Task.Domain)),
            Shorts(rows.Select(row => (int)row.Phase)),
            Longs(rows.Select(row => (long)row.PhaseVersion)),
            ByteArrays(rows.Select(row => (ReadOnlyMemory<byte>)row.Body))
        );
    }

    private static void AddDeliveriesTo(NpgsqlBatch batch, List<EventRecord> events, List<NewDelivery> deliveries)
    {
        var destinations = deliveries.DistinctBy(delivery => delivery.Destination).ToArray();
        batch.Add(
            AddDestinations,
            Texts(destinations.Select(delivery => delivery.Destination)),
            Texts(destinations.Select(delivery => delivery.Channel))
        );
        var back = new Dictionary<EventRecord, long>(ReferenceEqualityComparer.Instance);
        for (var index = 0; index < events.Count; index++)
            back[events[index]] = events.Count - 1 - index;
        batch.Add(
            AddDeliveries,
            Texts(deliveries.Select(delivery => delivery.DeliveryId)),
            Longs(deliveries.Select(delivery => delivery.Event.ExecutionId)),
            Longs(deliveries.Select(delivery => back[delivery.Event])),
            Shorts(deliveries.Select(delivery => delivery.Event.Phase)),
            Ints(deliveries.Select(delivery => delivery.Notification)),
            Texts(deliveries.Select(delivery => delivery.Channel)),
            Texts(deliveries.Select(delivery => delivery.Target)),
            Texts(deliveries.Select(delivery => delivery.Address)),
            Texts(deliveries.Select(delivery => delivery.Destination)),
            Shorts(deliveries.Select(delivery => (int)delivery.State)),
            Shorts(deliveries.Select(delivery => (int)delivery.Reason)),
            Moments(deliveries.Select(delivery => (DateTimeOffset?)delivery.CreatedAt)),
            Texts(deliveries.Select(delivery => delivery.Lane)),
            Texts(deliveries.Select(delivery => delivery.Incident?.Key)),
            ShortsOrNull(deliveries.Select(delivery => PostgresDeliveryReader.Number(delivery.Incident?.Action))),
            Longs(deliveries.Select(delivery => delivery.IncidentOpener)),
            Texts(deliveries.Select(delivery => delivery.Event.TraceParent)),
            Longs(deliveries.Select(delivery => delivery.Claim?.Lease.Fence))
        );
    }

    private static long Id(Dictionary<ExecutionKey, ExecutionRow> executions, ExecutionKey key) =>
        executions.TryGetValue(key, out var row) ? row.Id : throw new StoreException(StoreFailure.BadData, $"There is no execution {key}.");
}
