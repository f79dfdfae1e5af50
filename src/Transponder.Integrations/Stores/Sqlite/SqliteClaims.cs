using Transponder.Core.Delivery;
using Transponder.Core.Executions;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The ways of a delivery through its states, inside the writer's transaction.</summary>
internal static class SqliteClaims
{
    private const string Select = """
        SELECT d.id, d.delivery_id, d.channel, d.target, d.notification, d.attempts, d.step, d.created_at, d.active_since, d.replayed,
          e.project, e.domain, e.name, e.spec, e.closure, s.cluster, v.request
        FROM deliveries d JOIN executions e ON e.id = d.execution_id JOIN execution_state s ON s.id = d.execution_id
          JOIN events v ON v.position = d.event_position
        WHERE d.destination_id = ?
        """;

    public static IReadOnlyList<ClaimedDelivery> Claim(
        SqliteDatabase database,
        DestinationLease lease,
        long afterRow,
        DateTimeOffset now,
        int limit
    )
    {
        var claimed = new List<ClaimedDelivery>();
        using (var due = database.Use(Select + " AND d.due_at IS NOT NULL AND d.due_at <= ? ORDER BY d.due_at, d.id LIMIT ?"))
            Read(due.Add(lease.Id).Add(now).Add(limit), claimed);
        if (claimed.Count < limit)
            using (var untried = database.Use(Select + " AND d.state = 1 AND d.due_at IS NULL AND d.id > ? ORDER BY d.id LIMIT ?"))
                Read(untried.Add(lease.Id).Add(afterRow).Add(limit - claimed.Count), claimed);

        using var mark = database.Use(
            $"UPDATE deliveries SET state = {(int)DeliveryState.Sending}, due_at = NULL, claim_fence = ?, updated_at = ? WHERE id = ?"
        );
        foreach (var delivery in claimed)
            mark.Add(lease.Fence).Add(now).Add(delivery.RowId).Run();
        return claimed;
    }

    public static int Record(SqliteDatabase database, DestinationLease lease, IReadOnlyList<DeliveryOutcome> outcomes)
    {
        // An attempt that a new owner took for interrupted, and that ended after all, is recorded as it ended.
        using var attempt = database.Use(
            """
            INSERT INTO delivery_attempts (delivery, number, started_at, latency_us, outcome, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (delivery, number) DO UPDATE SET started_at = excluded.started_at, latency_us = excluded.latency_us,
              outcome = excluded.outcome, reason = excluded.reason, detail = excluded.detail
            """
        );
        using var state = database.Use(
            """
            UPDATE deliveries SET state = ?, reason = ?, due_at = ?, step = ?, attempts = ?, subject = ?, receipt = ?, updated_at = ?,
              claim_fence = NULL
            WHERE id = ? AND state = 3 AND claim_fence = ?
            """
        );
        var owned = 0;
        foreach (var outcome in outcomes)
        {
            var (number, startedAt, latency, how, reason, detail) = outcome.Attempt;
            attempt.Add(outcome.RowId).Add(number).Add(startedAt).Add(latency).Add((int)how).Add((int)reason).Add(detail).Run();
            state.Add((int)outcome.State).Add((int)reason).Add(outcome.NextAttemptAt).Add(outcome.Step).Add(number);
            state.Add(outcome.Subject).Add(outcome.Receipt).Add(startedAt + latency).Add(outcome.RowId).Add(lease.Fence);
            owned += state.Run();
        }
        return owned;
    }

    public static void Return(SqliteDatabase database, DestinationLease lease, IReadOnlyList<long> rows)
    {
        // Due since the moment of the claim: no clock but the claimer's decides when it is claimed again.
        using var back = database.Use(
            $"""
            UPDATE deliveries SET due_at = updated_at, claim_fence = NULL,
              state = CASE attempts WHEN 0 THEN {(int)DeliveryState.Pending} ELSE {(int)DeliveryState.Retrying} END
            WHERE id = ? AND state = 3 AND claim_fence = ?
            """
        );
        foreach (var row in rows)
            back.Add(row).Add(lease.Fence).Run();
    }

    public static IReadOnlyList<string> Replay(SqliteDatabase database, IReadOnlyCollection<string> deliveryIds, DateTimeOffset now)
    {
        using var replay = database.Use(
            $"""
            UPDATE deliveries SET due_at = ?1, active_since = ?1, updated_at = ?1, step = 0, replayed = 1,
              reason = CASE state WHEN {(int)DeliveryState.Suppressed} THEN 0 ELSE reason END,
              state = CASE attempts WHEN 0 THEN {(int)DeliveryState.Pending} ELSE {(int)DeliveryState.Retrying} END
            WHERE delivery_id = ?2 AND state <> {(int)DeliveryState.Sending} RETURNING destination_id
            """
        );
        var destinations = new HashSet<long>();
        var replayed = new List<string>();
        foreach (var id in deliveryIds.Distinct())
        {
            if (replay.Add(now).Add(id).Step())
            {
                destinations.Add(replay.Long(0));
                replayed.Add(id);
            }
            replay.Dispose();
        }
        using var resume = database.Use(
            "UPDATE destinations SET parked_since = NULL, parked_reason = NULL, parked_detail = NULL WHERE id = ?"
        );
        foreach (var destination in destinations)
            resume.Add(destination).Run();
        return replayed;
    }

    private static void Read(SqliteStatement rows, List<ClaimedDelivery> claimed)
    {
        while (rows.Step())
            claimed.Add(
                new ClaimedDelivery
                {
                    RowId = rows.Long(0),
                    DeliveryId = rows.Text(1),
                    Channel = rows.Text(2),
                    Target = rows.TextOrNull(3),
                    Notification = rows.Int(4),
                    Attempt = rows.Int(5) + 1,
                    Step = rows.Int(6),
                    CreatedAt = rows.Time(7),
                    ActiveSince = rows.Time(8),
                    Replay = rows.Int(9) == 1,
                    Execution = new ExecutionKey(rows.Text(10), rows.Text(11), rows.Text(12)),
                    Spec = rows.Bytes(13),
                    Closure = rows.Bytes(14),
                    Cluster = rows.Text(15),
                    Event = rows.Bytes(16),
                }
            );
    }
}
