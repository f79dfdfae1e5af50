using Transponder.Core.Delivery;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Leases on destinations, inside the writer's transaction.</summary>
internal static class SqliteLeases
{
    /// <summary>True while the lease is the one that is recorded, and has not expired.</summary>
    public static bool Holds(SqliteDatabase database, DestinationLease lease, DateTimeOffset now)
    {
        using var rows = database.Use("SELECT 1 FROM destinations WHERE id = ? AND fence = ? AND owner IS NOT NULL AND lease_until > ?");
        return rows.Add(lease.Id).Add(lease.Fence).Add(now).Step();
    }

    public static IReadOnlyList<DestinationLease> Take(SqliteDatabase database, string owner, DateTimeOffset now, TimeSpan duration)
    {
        var until = now + duration;
        using (var renew = database.Use("UPDATE destinations SET lease_until = ? WHERE owner = ?"))
            renew.Add(until).Add(owner).Run();

        var interrupted = new Dictionary<long, int>();
        using (
            var take = database.Use(
                """
                UPDATE destinations SET owner = ?, lease_until = ?, fence = fence + 1
                WHERE owner IS NULL OR (owner <> ?1 AND lease_until <= ?) RETURNING id
                """
            )
        )
        {
            take.Add(owner).Add(until).Add(now);
            while (take.Step())
                interrupted.Add(take.Long(0), 0);
        }
        foreach (var id in interrupted.Keys)
            interrupted[id] = Interrupt(database, id);
        return Held(database, owner, interrupted);
    }

    // What the former owner was sending may have arrived: that is an attempt, and the next one is due at once.
    private static int Interrupt(SqliteDatabase database, long destination)
    {
        using var attempts = database.Use(
            $"""
            INSERT INTO delivery_attempts (delivery, number, started_at, latency_us, outcome, reason, detail)
            SELECT id, attempts + 1, updated_at, 0, {(int)AttemptOutcome.Interrupted}, {(int)Notifiers.DeliveryReason.Interrupted}, ''
            FROM deliveries WHERE destination_id = ? AND state = 3
            """
        );
        if (attempts.Add(destination).Run() == 0)
            return 0;
        using var retry = database.Use(
            $"""
            UPDATE deliveries SET state = {(int)DeliveryState.Retrying}, reason = {(int)Notifiers.DeliveryReason.Interrupted},
              attempts = attempts + 1, due_at = updated_at, claim_fence = NULL
            WHERE destination_id = ? AND state = 3
            """
        );
        return retry.Add(destination).Run();
    }

    private static List<DestinationLease> Held(SqliteDatabase database, string owner, Dictionary<long, int> interrupted)
    {
        using var rows = database.Use(
            "SELECT id, key, channel, fence, snapshot, parked_since, parked_reason, parked_detail FROM destinations WHERE owner = ? ORDER BY id"
        );
        rows.Add(owner);
        var leases = new List<DestinationLease>();
        while (rows.Step())
            leases.Add(
                new DestinationLease
                {
                    Id = rows.Long(0),
                    Destination = rows.Text(1),
                    Channel = rows.Text(2),
                    Fence = rows.Long(3),
                    Snapshot = rows.TextOrNull(4),
                    Parked = SqliteDeliveryStore.Parking(rows, 5),
                    Interrupted = interrupted.GetValueOrDefault(rows.Long(0)),
                }
            );
        return leases;
    }
}
