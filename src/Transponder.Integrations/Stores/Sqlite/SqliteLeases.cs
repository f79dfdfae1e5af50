using Transponder.Core.Delivery;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Leases on destinations, inside the writer's transaction.</summary>
internal static class SqliteLeases
{
    // Steps from destination to destination in each small index, instead of over all that waits.
    private const string Work = """
        WITH RECURSIVE untried (id) AS (
          SELECT min(destination_id) FROM deliveries WHERE state = 1 AND due_at IS NULL
          UNION ALL
          SELECT (SELECT min(n.destination_id) FROM deliveries n WHERE n.state = 1 AND n.due_at IS NULL AND n.destination_id > untried.id)
          FROM untried WHERE untried.id IS NOT NULL
        ), due (id) AS (
          SELECT min(destination_id) FROM deliveries WHERE due_at IS NOT NULL
          UNION ALL
          SELECT (SELECT min(n.destination_id) FROM deliveries n WHERE n.due_at IS NOT NULL AND n.destination_id > due.id)
          FROM due WHERE due.id IS NOT NULL
        ), sending (id) AS (
          SELECT min(destination_id) FROM deliveries WHERE state = 3
          UNION ALL
          SELECT (SELECT min(n.destination_id) FROM deliveries n WHERE n.state = 3 AND n.destination_id > sending.id)
          FROM sending WHERE sending.id IS NOT NULL
        ), work (id, in_doubt) AS (
          SELECT id, 0 FROM untried WHERE id IS NOT NULL
          UNION SELECT id, 0 FROM due
            WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.destination_id = due.id AND d.due_at IS NOT NULL AND d.due_at <= ?1)
          UNION SELECT id, 1 FROM sending WHERE id IS NOT NULL
        )
        """;

    /// <summary>The destinations that have something to send and are the owner's, or anyone's to take.</summary>
    public static IReadOnlyList<DestinationWork> FindWork(SqliteDatabase database, string owner, DateTimeOffset due, DateTimeOffset now)
    {
        using var rows = database.Use(
            Work
                + """
                 SELECT DISTINCT t.key, coalesce(t.owner = ?2, 0) FROM work JOIN destinations t ON t.id = work.id
                WHERE (t.owner = ?2 AND NOT work.in_doubt) OR t.owner IS NULL OR (t.owner <> ?2 AND t.lease_until <= ?3)
                """
        );
        rows.Add(due).Add(owner).Add(now);
        var found = new List<DestinationWork>();
        while (rows.Step())
            found.Add(new DestinationWork(rows.Text(0), rows.Int(1) != 0));
        return found;
    }

    /// <summary>True while the lease is the one that is recorded, and has not expired.</summary>
    public static bool Holds(SqliteDatabase database, DestinationLease lease, DateTimeOffset now)
    {
        using var rows = database.Use("SELECT 1 FROM destinations WHERE id = ? AND fence = ? AND owner IS NOT NULL AND lease_until > ?");
        return rows.Add(lease.Id).Add(lease.Fence).Add(now).Step();
    }

    /// <summary>True while nobody has taken the destination since, whether or not the lease has expired.</summary>
    public static bool HasFence(SqliteDatabase database, DestinationLease lease)
    {
        using var rows = database.Use("SELECT 1 FROM destinations WHERE id = ? AND fence = ? AND owner IS NOT NULL");
        return rows.Add(lease.Id).Add(lease.Fence).Step();
    }

    public static IReadOnlyList<DestinationLease> Take(SqliteDatabase database, string owner, DateTimeOffset now, TimeSpan duration)
    {
        var until = now + duration;
        using (var renew = database.Use("UPDATE destinations SET lease_until = ? WHERE owner = ?"))
            renew.Add(until).Add(owner).Run();

        var interrupted = new Dictionary<long, int>();
        using (
            var take = database.Use(
                Work
                    + """
                     UPDATE destinations SET owner = ?2, lease_until = ?3, fence = fence + 1
                    WHERE id IN (SELECT id FROM work) AND (owner IS NULL OR (owner <> ?2 AND lease_until <= ?1)) RETURNING id
                    """
            )
        )
        {
            take.Add(now).Add(owner).Add(until);
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
