using System.Text;
using System.Text.Json;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Notifiers;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Deliveries as people see them: with their attempts, and parked where their destination is.</summary>
internal static class SqliteDeliveryReader
{
    private const string Select = """
        SELECT d.id, d.delivery_id, e.project, e.domain, e.name, d.phase, d.notification, d.channel, d.target, d.address, t.key, d.state,
          d.reason, d.subject, d.created_at, d.updated_at, d.due_at, d.replayed, t.parked_since, t.parked_reason, d.receipt, h.receipt,
          d.incident_key, d.incident_action, o.project, o.domain, o.name,
          d.lane IS NOT NULL AND d.state IN (1, 4) AND EXISTS (
            SELECT 1 FROM deliveries b
            WHERE b.destination_id = d.destination_id AND b.lane = d.lane AND b.id < d.id AND b.state IN (1, 3, 4)), d.sender
        FROM deliveries d JOIN executions e ON e.id = d.execution_id JOIN destinations t ON t.id = d.destination_id
          LEFT JOIN threads h ON h.destination_id = d.destination_id AND h.lane = d.lane
          LEFT JOIN executions o ON o.id = d.incident_opener
        """;

    public static IReadOnlyList<DeliveryRecord> List(SqliteDatabase database, DeliveryQuery query)
    {
        var sql = new StringBuilder(Select).Append(" WHERE d.id < ?");
        void And(string condition, object? value) => sql.Append(value is null ? "" : $" AND {condition}");
        // The plus keeps SQLite from gathering a project's executions first: only a whole name is worth starting from.
        var plus = query is { Project: not null, Domain: not null, Name: not null } ? "" : "+";
        And($"{plus}e.project = ?", query.Project);
        And($"{plus}e.domain = ?", query.Domain);
        And("e.name = ?", query.Name);
        And("d.channel = ?", query.Channel);
        And("d.created_at >= ?", query.From);
        And("d.created_at < ?", query.To);
        And("+e.project IN (SELECT value FROM json_each(?))", query.Projects);
        if (query.State is { } state)
            sql.Append(" AND ").Append(StateCondition(state));
        sql.Append(" ORDER BY d.id DESC LIMIT ?");

        using var rows = database.Use(sql.ToString());
        rows.Add(query.Before ?? long.MaxValue);
        foreach (var text in new[] { query.Project, query.Domain, query.Name, query.Channel })
            if (text is not null)
                rows.Add(text);
        if (query.From is { } from)
            rows.Add(from);
        if (query.To is { } to)
            rows.Add(to);
        if (query.Projects is { } projects)
            rows.Add(JsonSerializer.Serialize(projects));
        return Read(database, rows.Add(query.Limit));
    }

    public static DeliveryRecord? Get(SqliteDatabase database, string deliveryId)
    {
        using var rows = database.Use(Select + " WHERE d.delivery_id = ?");
        return Read(database, rows.Add(deliveryId)).SingleOrDefault();
    }

    public static IReadOnlyList<DeliveryRecord> ForExecution(SqliteDatabase database, ExecutionKey key)
    {
        using var rows = database.Use(Select + " WHERE e.project = ? AND e.domain = ? AND e.name = ? ORDER BY d.notification, d.id");
        return Read(database, rows.Add(key.Project).Add(key.Domain).Add(key.Name));
    }

    public static IReadOnlyList<DestinationBacklog> Backlog(SqliteDatabase database)
    {
        // Each part is counted in its own small index. Untried ones came to be in the order of their numbers.
        using var rows = database.Use(
            """
            SELECT t.key, t.channel, t.parked_since, t.parked_reason, t.parked_detail,
              (SELECT count(*) FROM deliveries WHERE destination_id = t.id AND state = 1 AND due_at IS NULL),
              (SELECT created_at FROM deliveries WHERE destination_id = t.id AND state = 1 AND due_at IS NULL ORDER BY id LIMIT 1),
              (SELECT count(*) FROM deliveries WHERE destination_id = t.id AND due_at IS NOT NULL),
              (SELECT min(created_at) FROM deliveries WHERE destination_id = t.id AND due_at IS NOT NULL),
              (SELECT count(*) FROM deliveries WHERE destination_id = t.id AND state = 3),
              (SELECT min(created_at) FROM deliveries WHERE destination_id = t.id AND state = 3)
            FROM destinations t ORDER BY t.key
            """
        );
        var backlog = new List<DestinationBacklog>();
        while (rows.Step())
        {
            DateTimeOffset?[] oldest = [rows.TimeOrNull(6), rows.TimeOrNull(8), rows.TimeOrNull(10)];
            backlog.Add(
                new DestinationBacklog(
                    rows.Text(0),
                    rows.Text(1),
                    rows.Long(5) + rows.Long(7) + rows.Long(9),
                    oldest.Min(),
                    SqliteDeliveryStore.Parking(rows, 2)
                )
            );
        }
        return backlog;
    }

    /// <summary>Reads an incident's key and action, or null from two empty columns.</summary>
    public static Incident? Incident(SqliteStatement rows, int column) =>
        rows.TextOrNull(column) is { } key
            ? new Incident(key, rows.Int(column + 1) == 2 ? IncidentAction.Resolve : IncidentAction.Trigger)
            : null;

    /// <summary>An action as it is stored.</summary>
    public static long? Number(IncidentAction? action) => action is { } one ? (long)one + 1 : null;

    private static string StateCondition(DeliveryState state) =>
        state switch
        {
            DeliveryState.Parked => "d.state IN (1, 4) AND t.parked_since IS NOT NULL",
            DeliveryState.Pending or DeliveryState.Retrying => $"d.state = {(int)state} AND t.parked_since IS NULL",
            _ => $"d.state = {(int)state}",
        };

    private static List<DeliveryRecord> Read(SqliteDatabase database, SqliteStatement rows)
    {
        var records = new List<DeliveryRecord>();
        while (rows.Step())
        {
            var state = (DeliveryState)rows.Int(11);
            var parked = state is DeliveryState.Pending or DeliveryState.Retrying && !rows.IsNull(18);
            records.Add(
                new DeliveryRecord
                {
                    RowId = rows.Long(0),
                    DeliveryId = rows.Text(1),
                    Execution = new ExecutionKey(rows.Text(2), rows.Text(3), rows.Text(4)),
                    Phase = (WorkflowPhase)rows.Int(5),
                    Notification = rows.Int(6),
                    Channel = rows.Text(7),
                    Target = rows.TextOrNull(8),
                    Address = rows.Text(9),
                    Destination = rows.Text(10),
                    State = parked ? DeliveryState.Parked : state,
                    Reason = (DeliveryReason)rows.Int(parked ? 19 : 12),
                    Subject = rows.Text(13),
                    CreatedAt = rows.Time(14),
                    UpdatedAt = rows.Time(15),
                    NextAttemptAt = rows.TimeOrNull(16),
                    Replayed = rows.Int(17) == 1,
                    Receipt = rows.TextOrNull(20),
                    Thread = rows.TextOrNull(21),
                    Incident = Incident(rows, 22),
                    IncidentOpener = rows.IsNull(24) ? null : new ExecutionKey(rows.Text(24), rows.Text(25), rows.Text(26)),
                    Held = rows.Int(27) != 0,
                    Sender = rows.TextOrNull(28),
                    Attempts = Attempts(database, rows.Long(0)),
                }
            );
        }
        return records;
    }

    private static List<DeliveryAttempt> Attempts(SqliteDatabase database, long delivery)
    {
        using var rows = database.Use(
            "SELECT number, started_at, latency_us, outcome, reason, detail FROM delivery_attempts WHERE delivery = ? ORDER BY number"
        );
        rows.Add(delivery);
        var attempts = new List<DeliveryAttempt>();
        while (rows.Step())
            attempts.Add(
                new DeliveryAttempt(
                    rows.Int(0),
                    rows.Time(1),
                    rows.Span(2),
                    (AttemptOutcome)rows.Int(3),
                    (DeliveryReason)rows.Int(4),
                    rows.Text(5)
                )
            );
        return attempts;
    }
}
