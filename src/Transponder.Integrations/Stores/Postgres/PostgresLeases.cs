using Npgsql;
using Transponder.Core.Delivery;
using Transponder.Notifiers;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The leases on destinations, by the database's clock; a lease that changes hands gets a new fence and leaves nothing in sending.</summary>
internal sealed class PostgresLeases(PostgresDatabase database)
{
    private const string LockFree = """
        SELECT id, owner IS NOT DISTINCT FROM $1 FROM destinations
        WHERE owner IS NULL OR owner = $1 OR lease_until <= clock_timestamp()
        ORDER BY id
        FOR NO KEY UPDATE
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
        await database.WriteAsync(
            async connection =>
            {
                leases = await TakeAsync(connection, owner, duration);
                return leases.Count > 0;
            },
            cancellationToken
        );
        return leases;
    }

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        database.WriteAsync(
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
