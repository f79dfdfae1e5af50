using Npgsql;
using Transponder.Core.Delivery;
using Transponder.Notifiers;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The leases on destinations, by the database's clock; a lease that changes hands gets a new fence and leaves nothing in sending.</summary>
internal sealed class PostgresLeases(PostgresDatabase database)
{
    // Steps from destination to destination in each small index, instead of over all that waits.
    private const string Work = """
        WITH RECURSIVE untried AS (
            SELECT min(destination_id) AS id FROM deliveries WHERE state = 1 AND due_at IS NULL
            UNION ALL
            SELECT (SELECT min(destination_id) FROM deliveries WHERE state = 1 AND due_at IS NULL AND destination_id > untried.id)
            FROM untried WHERE untried.id IS NOT NULL
        ), due AS (
            SELECT min(destination_id) AS id FROM deliveries WHERE due_at IS NOT NULL
            UNION ALL
            SELECT (SELECT min(destination_id) FROM deliveries WHERE due_at IS NOT NULL AND destination_id > due.id)
            FROM due WHERE due.id IS NOT NULL
        ), sending AS (
            SELECT min(destination_id) AS id FROM deliveries WHERE state = 3
            UNION ALL
            SELECT (SELECT min(destination_id) FROM deliveries WHERE state = 3 AND destination_id > sending.id)
            FROM sending WHERE sending.id IS NOT NULL
        ), work AS (
            SELECT id, false AS in_doubt FROM untried WHERE id IS NOT NULL
            UNION
            SELECT id, false FROM due
            WHERE id IS NOT NULL AND EXISTS (SELECT FROM deliveries d WHERE d.destination_id = due.id AND d.due_at <= $2)
            UNION
            SELECT id, true FROM sending WHERE id IS NOT NULL
        )
        """;

    private const string Find = $"""
        {Work}
        SELECT d.key, coalesce(d.owner = $1, false), bool_and(w.in_doubt)
        FROM work w
        CROSS JOIN LATERAL (SELECT * FROM destinations WHERE destinations.id = w.id OFFSET 0) d
        WHERE d.owner IS NULL OR d.owner = $1 OR d.lease_until <= clock_timestamp()
        GROUP BY 1, 2
        """;

    // The strongest lock: it waits for batches that store deliveries as claimed, and these for it.
    private static readonly string LockFree = $"""
        SELECT id, owner IS NOT DISTINCT FROM $1 FROM destinations
        WHERE owner = $1 OR (
            (owner IS NULL OR lease_until <= clock_timestamp()) AND id = ANY(ARRAY({Work.Replace(
            "$2",
            "clock_timestamp()",
            StringComparison.Ordinal
        )} SELECT id FROM work))
        )
        ORDER BY id
        FOR UPDATE
        """;

    private const string GiveBack = """
        WITH given AS (
            SELECT id FROM destinations d
            WHERE EXISTS (SELECT FROM unnest($1, $2) AS k (id, fence) WHERE k.id = d.id AND k.fence = d.fence)
            ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE destinations SET owner = NULL, lease_until = NULL WHERE id IN (SELECT id FROM given)
        """;

    // What the former owner was sending may have arrived: that is an attempt, numbered as its claim was; the next is due at once.
    private const string Interrupt = """
        WITH left_behind AS (
            UPDATE deliveries SET state = 4, due_at = updated_at, claim_fence = NULL, attempts = attempts + 1, reason = $2
            WHERE destination_id = ANY($1) AND state = 3
            RETURNING id, destination_id, attempts, updated_at
        ), attempt AS (
            INSERT INTO delivery_attempts (delivery, number, started_at, latency_us, outcome, reason, detail)
            SELECT id, attempts, updated_at, 0, $3, $2, '' FROM left_behind
        )
        SELECT destination_id, count(*) FROM left_behind GROUP BY destination_id
        """;

    private const string Take = """
        UPDATE destinations SET
            owner = $1, lease_until = clock_timestamp() + $2, fence = fence + CASE WHEN id = ANY($4) THEN 1 ELSE 0 END
        WHERE id = ANY($3)
        RETURNING id, key, channel, fence, snapshot, parked_since, parked_reason, parked_detail
        """;

    private const string Release = """
        WITH held AS (SELECT id FROM destinations WHERE owner = $1 ORDER BY id FOR NO KEY UPDATE)
        UPDATE destinations SET owner = NULL, lease_until = NULL WHERE id IN (SELECT id FROM held)
        """;

    public async Task<IReadOnlyList<DestinationLease>> LeaseAsync(string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        List<DestinationLease> leases = [];
        await database.WriteDeliveryAsync(
            async connection =>
            {
                leases = await TakeAsync(connection, owner, duration);
                return leases.Count > 0;
            },
            cancellationToken
        );
        return leases;
    }

    public async Task<IReadOnlyList<DestinationWork>> FindWorkAsync(string owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await database.ReadDeliveryAsync(
            async connection =>
            {
                await using var command = connection.Command(Find, Text(owner), Moment(now));
                return await command.ListAsync(
                    row => (Work: new DestinationWork(row.GetString(0), row.GetBoolean(1)), InDoubt: row.GetBoolean(2)),
                    cancellationToken
                );
            },
            cancellationToken
        );
        return [.. found.Where(one => !(one.InDoubt && one.Work.Mine)).Select(one => one.Work)];
    }

    public Task GiveBackAsync(IReadOnlyList<DestinationLease> leases, CancellationToken cancellationToken) =>
        database.WriteDeliveryAsync(
            async connection =>
            {
                await using var command = connection.Command(
                    GiveBack,
                    Longs(leases.Select(lease => lease.Id)),
                    Longs(leases.Select(lease => lease.Fence))
                );
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        database.WriteDeliveryAsync(
            async connection =>
            {
                await using var command = connection.Command(Release, Text(owner));
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    /// <summary>Reads since, reason and detail from the given column on.</summary>
    public static Parking? Parking(NpgsqlDataReader row, int from) =>
        row.IsDBNull(from) ? null : new(row.MomentAt(from), (DeliveryReason)row.GetInt16(from + 1), row.GetString(from + 2));

    private static async Task<List<DestinationLease>> TakeAsync(NpgsqlConnection connection, string owner, TimeSpan duration)
    {
        await using var find = connection.Command(LockFree, Text(owner));
        var found = await find.ListAsync(row => (Id: row.GetInt64(0), Mine: row.GetBoolean(1)), CancellationToken.None);
        if (found.Count == 0)
            return [];
        var taken = found.Where(destination => !destination.Mine).Select(destination => destination.Id).ToArray();

        await using var interrupt = connection.Command(
            Interrupt,
            Longs(taken),
            Short((int)DeliveryReason.Interrupted),
            Short((int)AttemptOutcome.Interrupted)
        );
        var interrupted = (
            await interrupt.ListAsync(row => (Id: row.GetInt64(0), Count: (int)row.GetInt64(1)), CancellationToken.None)
        ).ToDictionary(row => row.Id, row => row.Count);

        await using var take = connection.Command(
            Take,
            Text(owner),
            Span(duration),
            Longs(found.Select(destination => destination.Id)),
            Longs(taken)
        );
        return await take.ListAsync(row => Lease(row, interrupted), CancellationToken.None);
    }

    private static DestinationLease Lease(NpgsqlDataReader row, Dictionary<long, int> interrupted) =>
        new()
        {
            Id = row.GetInt64(0),
            Destination = row.GetString(1),
            Channel = row.GetString(2),
            Fence = row.GetInt64(3),
            Snapshot = row.TextOrNull(4),
            Parked = Parking(row, 5),
            Interrupted = interrupted.GetValueOrDefault(row.GetInt64(0)),
        };
}
