using Transponder.Core.Delivery;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The ways of a delivery through its states, inside the writer's transaction.</summary>
internal static class SqliteClaims
{
    private const string Select = """
        SELECT d.id, d.delivery_id, d.channel, d.target, d.notification, d.attempts, d.step, d.created_at, d.active_since, d.replayed,
          e.project, e.domain, e.name, e.spec, e.closure, s.cluster, v.request, d.lane, h.receipt, d.incident_key, d.incident_action,
          d.lane IS NOT NULL AND EXISTS (
            SELECT 1 FROM deliveries b
            WHERE b.destination_id = d.destination_id AND b.lane = d.lane AND b.id < d.id AND b.state IN (1, 3, 4)), d.traceparent, d.message
        FROM deliveries d JOIN executions e ON e.id = d.execution_id JOIN execution_state s ON s.id = d.execution_id
          LEFT JOIN events v ON v.position = d.event_position
          LEFT JOIN threads h ON h.destination_id = d.destination_id AND h.lane = d.lane
        WHERE d.destination_id = ? AND (v.position IS NOT NULL OR d.message IS NOT NULL)
        """;

    // Whoever waits for the message before it is told when that ends; this look at the clock is for the case that nobody was.
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<ClaimedDelivery> Claim(
        SqliteDatabase database,
        DestinationLease lease,
        long afterRow,
        DateTimeOffset now,
        int limit
    )
    {
        var claimed = new List<ClaimedDelivery>();
        while (ClaimSome(database, lease, afterRow, now, limit, claimed)) { }
        return claimed;
    }

    /// <summary>Claims up to the limit; true when some stood in the way that wait for others, and there may be more behind them.</summary>
    private static bool ClaimSome(
        SqliteDatabase database,
        DestinationLease lease,
        long afterRow,
        DateTimeOffset now,
        int limit,
        List<ClaimedDelivery> claimed
    )
    {
        var from = claimed.Count;
        var held = new List<long>();
        using (var due = database.Use(Select + " AND d.due_at IS NOT NULL AND d.due_at <= ? ORDER BY d.due_at, d.id LIMIT ?"))
            Read(due.Add(lease.Id).Add(now).Add(limit - claimed.Count), claimed, held);
        if (claimed.Count + held.Count < limit)
            using (var untried = database.Use(Select + " AND d.state = 1 AND d.due_at IS NULL AND d.id > ? ORDER BY d.id LIMIT ?"))
                Read(untried.Add(lease.Id).Add(afterRow).Add(limit - claimed.Count - held.Count), claimed, held);

        using var mark = database.Use(
            $"UPDATE deliveries SET state = {(int)DeliveryState.Sending}, due_at = NULL, claim_fence = ?, updated_at = ? WHERE id = ?"
        );
        foreach (var delivery in claimed.Skip(from))
            mark.Add(lease.Fence).Add(now).Add(delivery.RowId).Run();
        if (held.Count == 0)
            return false;
        using var hold = database.Use("UPDATE deliveries SET due_at = ? WHERE id = ?");
        foreach (var row in held)
            hold.Add(now + Hold).Add(row).Run();
        return claimed.Count < limit;
    }

    public static int Record(SqliteDatabase database, DestinationLease lease, IReadOnlyList<DeliveryOutcome> outcomes, bool tells)
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
            UPDATE deliveries SET state = ?, reason = ?, due_at = ?, step = ?, attempts = ?, subject = ?, receipt = coalesce(?, receipt),
              updated_at = ?, claim_fence = NULL
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
            var changed = state.Run();
            owned += changed;
            if (tells && changed > 0 && NotificationChanges.IsEnd(outcome))
                SqliteChanges.WriteEnd(database, outcome);
            if (outcome.Lane is { } lane && outcome.NextAttemptAt is null)
                Advance(database, lease, outcome, lane, startedAt + latency);
        }
        return owned;
    }

    /// <summary>Keeps the receipt that a thread begins with, and lets the next message of the lane go.</summary>
    private static void Advance(SqliteDatabase database, DestinationLease lease, DeliveryOutcome outcome, string lane, DateTimeOffset now)
    {
        if (outcome is { BeginsThread: true, Receipt: { } receipt })
        {
            using var begin = database.Use(
                "INSERT INTO threads (destination_id, lane, receipt, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            );
            begin.Add(lease.Id).Add(lane).Add(receipt).Add(now).Run();
        }
        using var release = database.Use(
            """
            UPDATE deliveries SET due_at = ?1 WHERE state = 1 AND due_at > ?1 AND id = (
              SELECT min(n.id) FROM deliveries n WHERE n.destination_id = ?2 AND n.lane = ?3 AND n.state IN (1, 3, 4))
            """
        );
        release.Add(now).Add(lease.Id).Add(lane).Run();
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
        SqliteIncidents.Reopen(database, replayed);
        return replayed;
    }

    private static void Read(SqliteStatement rows, List<ClaimedDelivery> claimed, List<long> held)
    {
        while (rows.Step())
        {
            if (rows.Int(21) != 0)
            {
                held.Add(rows.Long(0));
                continue;
            }
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
                    Event = rows.IsNull(16) ? [] : rows.Bytes(16),
                    Lane = rows.TextOrNull(17),
                    ThreadReceipt = rows.TextOrNull(18),
                    Incident = SqliteDeliveryReader.Incident(rows, 19),
                    TraceParent = rows.TextOrNull(22),
                    Content = rows.IsNull(23) ? null : rows.Bytes(23),
                }
            );
        }
    }
}
