using Npgsql;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Notifiers;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Deliveries as people see them: what waits for a parked destination is parked, for the destination's reason.</summary>
internal sealed class PostgresDeliveryReader(PostgresDatabase database)
{
    private const string Select = """
        SELECT d.id, d.delivery_id, e.project, e.domain, e.name, d.phase, d.notification, d.channel, d.target, d.address, t.key,
            d.state, d.reason, d.subject, d.created_at, d.updated_at, d.due_at, d.replayed, t.parked_reason,
            d.receipt, h.receipt, d.incident_key, d.incident_action, o.project, o.domain, o.name,
            d.lane IS NOT NULL AND d.state IN (1, 4) AND EXISTS (
                SELECT FROM deliveries b
                WHERE b.destination_id = d.destination_id AND b.lane = d.lane AND b.id < d.id AND b.state IN (1, 3, 4)
            ), d.sender
        FROM deliveries d
        JOIN executions e ON e.id = d.execution_id
        JOIN destinations t ON t.id = d.destination_id
        LEFT JOIN threads h ON h.destination_id = d.destination_id AND h.lane = d.lane
        LEFT JOIN executions o ON o.id = d.incident_opener
        """;

    private const string Attempts = """
        SELECT delivery, number, started_at, latency_us, outcome, reason, detail
        FROM delivery_attempts WHERE delivery = ANY($1) ORDER BY delivery, number
        """;

    public Task<IReadOnlyList<DeliveryRecord>> ListAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        List<NpgsqlParameter> parameters = [Long(query.Limit)];
        List<string> conditions = ["true"];
        Where("e.project =", query.Project is { } project ? Text(project) : null);
        Where("e.domain =", query.Domain is { } domain ? Text(domain) : null);
        Where("e.name =", query.Name is { } name ? Text(name) : null);
        Where("d.channel =", query.Channel is { } channel ? Text(channel) : null);
        Where("d.created_at >=", query.From is { } from ? Moment(from) : null);
        Where("d.created_at <", query.To is { } to ? Moment(to) : null);
        Where("d.id <", query.Before is { } before ? Long(before) : null);
        if (query.Projects is { } projects)
        {
            parameters.Add(Texts([.. projects]));
            conditions.Add($"e.project = ANY(${parameters.Count})");
        }
        if (query.State is { } state)
            conditions.Add(Condition(state));
        return ReadAsync(
            $"{Select} WHERE {string.Join(" AND ", conditions)} ORDER BY d.id DESC LIMIT $1",
            [.. parameters],
            cancellationToken
        );

        void Where(string condition, NpgsqlParameter? operand)
        {
            if (operand is null)
                return;
            parameters.Add(operand);
            conditions.Add($"{condition} ${parameters.Count}");
        }
    }

    public async Task<DeliveryRecord?> GetAsync(string deliveryId, CancellationToken cancellationToken) =>
        (await ReadAsync($"{Select} WHERE d.delivery_id = $1", [Text(deliveryId)], cancellationToken)).SingleOrDefault();

    public Task<IReadOnlyList<DeliveryRecord>> ForExecutionAsync(ExecutionKey execution, CancellationToken cancellationToken) =>
        ReadAsync(
            $"{Select} WHERE e.project = $1 AND e.domain = $2 AND e.name = $3 ORDER BY d.notification, d.id",
            [Text(execution.Project), Text(execution.Domain), Text(execution.Name)],
            cancellationToken
        );

    /// <summary>Reads a row of a claim.</summary>
    public static ClaimedDelivery Claimed(NpgsqlDataReader row) =>
        new()
        {
            RowId = row.GetInt64(0),
            DeliveryId = row.GetString(1),
            Channel = row.GetString(2),
            Target = row.TextOrNull(3),
            Notification = row.GetInt32(4),
            Attempt = row.GetInt32(5) + 1,
            Step = row.GetInt32(6),
            CreatedAt = row.MomentAt(7),
            ActiveSince = row.MomentAt(8),
            Replay = row.GetBoolean(9),
            Execution = new(row.GetString(10), row.GetString(11), row.GetString(12)),
            Spec = row.GetFieldValue<byte[]>(13),
            Closure = row.GetFieldValue<byte[]>(14),
            Cluster = row.GetString(15),
            Event = row.IsDBNull(16) ? [] : row.GetFieldValue<byte[]>(16),
            Lane = row.TextOrNull(17),
            ThreadReceipt = row.TextOrNull(18),
            Incident = IncidentAt(row, 19),
            TraceParent = row.TextOrNull(22),
            Content = row.IsDBNull(23) ? null : row.GetFieldValue<byte[]>(23),
        };

    /// <summary>An action as it is stored.</summary>
    public static int? Number(IncidentAction? action) => action is { } one ? (int)one + 1 : null;

    private static Incident? IncidentAt(NpgsqlDataReader row, int from) =>
        row.TextOrNull(from) is { } key
            ? new Incident(key, row.GetInt16(from + 1) == 2 ? IncidentAction.Resolve : IncidentAction.Trigger)
            : null;

    private static string Condition(DeliveryState state) =>
        state switch
        {
            DeliveryState.Parked => "d.state IN (1, 4) AND t.parked_since IS NOT NULL",
            DeliveryState.Pending or DeliveryState.Retrying => $"d.state = {(int)state} AND t.parked_since IS NULL",
            _ => $"d.state = {(int)state}",
        };

    private Task<IReadOnlyList<DeliveryRecord>> ReadAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DeliveryRecord>>(
            async connection =>
            {
                await using var find = connection.Command(sql, parameters);
                var found = await find.ListAsync(row => (Row: Record(row), Attempts: new List<DeliveryAttempt>()), cancellationToken);
                var byRow = found.ToDictionary(delivery => delivery.Row.RowId, delivery => delivery.Attempts);
                await using var attempts = connection.Command(Attempts, Longs(byRow.Keys));
                await attempts.ListAsync(
                    row =>
                    {
                        byRow[row.GetInt64(0)].Add(Attempt(row));
                        return true;
                    },
                    cancellationToken
                );
                return [.. found.Select(delivery => delivery.Row with { Attempts = delivery.Attempts })];
            },
            cancellationToken
        );

    private static DeliveryRecord Record(NpgsqlDataReader row)
    {
        var state = (DeliveryState)row.GetInt16(11);
        var parked = state is DeliveryState.Pending or DeliveryState.Retrying && !row.IsDBNull(18);
        return new()
        {
            RowId = row.GetInt64(0),
            DeliveryId = row.GetString(1),
            Execution = new(row.GetString(2), row.GetString(3), row.GetString(4)),
            Phase = (WorkflowPhase)row.GetInt16(5),
            Notification = row.GetInt32(6),
            Channel = row.GetString(7),
            Target = row.TextOrNull(8),
            Address = row.GetString(9),
            Destination = row.GetString(10),
            State = parked ? DeliveryState.Parked : state,
            Reason = (DeliveryReason)row.GetInt16(parked ? 18 : 12),
            Subject = row.GetString(13),
            CreatedAt = row.MomentAt(14),
            UpdatedAt = row.MomentAt(15),
            NextAttemptAt = row.MomentOrNull(16),
            Replayed = row.GetBoolean(17),
            Receipt = row.TextOrNull(19),
            Thread = row.TextOrNull(20),
            Incident = IncidentAt(row, 21),
            IncidentOpener = row.IsDBNull(23) ? null : new(row.GetString(23), row.GetString(24), row.GetString(25)),
            Held = row.GetBoolean(26),
            Sender = row.TextOrNull(27),
            Attempts = [],
        };
    }

    private static DeliveryAttempt Attempt(NpgsqlDataReader row) =>
        new(
            row.GetInt32(1),
            row.MomentAt(2),
            TimeSpan.FromMicroseconds(row.GetInt64(3)),
            (AttemptOutcome)row.GetInt16(4),
            (DeliveryReason)row.GetInt16(5),
            row.GetString(6)
        );
}
