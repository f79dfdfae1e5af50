using Npgsql;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// The leases on lanes, by the database's clock. Who takes what is decided under one advisory lock, so that two processes never count on the same
/// lane.
/// </summary>
internal sealed class PostgresLaneLeases(PostgresDatabase database)
{
    private const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended('transponder.lanes', 0))";

    private const string Beat = """
        INSERT INTO lane_owners (sink, owner, seen_until)
        SELECT sink, $1, clock_timestamp() + $3 FROM unnest($2) AS s (sink)
        ON CONFLICT (sink, owner) DO UPDATE SET seen_until = excluded.seen_until
        """;

    private const string DropTheDead = "DELETE FROM lane_owners WHERE seen_until <= clock_timestamp() OR (owner = $1 AND sink <> ALL($2))";

    private const string Living = "SELECT sink, owner FROM lane_owners WHERE sink = ANY($1)";

    private const string Lanes = """
        SELECT sink, shard, owner, owner IS NULL OR lease_until <= clock_timestamp(), fence, position FROM lanes WHERE sink = ANY($1)
        """;

    private const string Take = """
        WITH wanted AS (
            SELECT l.sink, l.shard FROM lanes l JOIN unnest($3, $4) AS k (sink, shard) ON k.sink = l.sink AND k.shard = l.shard
            ORDER BY l.sink, l.shard FOR NO KEY UPDATE OF l
        )
        UPDATE lanes l SET owner = $1, lease_until = clock_timestamp() + $2, fence = l.fence + (l.owner IS DISTINCT FROM $1)::integer
        FROM wanted w WHERE w.sink = l.sink AND w.shard = l.shard
        RETURNING l.sink, l.shard, l.fence, l.position
        """;

    private const string GiveBack = """
        WITH given AS (
            SELECT l.sink, l.shard FROM lanes l
            JOIN unnest($1, $2, $3) AS k (sink, shard, fence) ON k.sink = l.sink AND k.shard = l.shard AND k.fence = l.fence
            ORDER BY l.sink, l.shard FOR NO KEY UPDATE OF l
        )
        UPDATE lanes l SET owner = NULL, lease_until = NULL FROM given g WHERE g.sink = l.sink AND g.shard = l.shard
        """;

    private const string Release = """
        WITH held AS (SELECT sink, shard FROM lanes WHERE owner = $1 ORDER BY sink, shard FOR NO KEY UPDATE)
        UPDATE lanes l SET owner = NULL, lease_until = NULL FROM held h WHERE h.sink = l.sink AND h.shard = l.shard
        """;

    private const string Leave = "DELETE FROM lane_owners WHERE owner = $1";

    private const string Forget = """
        WITH found AS (SELECT sink, shard FROM lanes WHERE sink = ANY($1) ORDER BY sink, shard FOR UPDATE),
        gone AS (DELETE FROM lanes l USING found f WHERE f.sink = l.sink AND f.shard = l.shard RETURNING l.sink)
        SELECT count(DISTINCT sink) FROM gone
        """;

    private static readonly string[] Parts = ["lane_held", "quarantine", "lane_owners"];

    public async Task<IReadOnlyList<LaneLease>> LeaseAsync(
        string owner,
        string[] sinks,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        List<LaneLease> held = [];
        await database.WriteAsync(
            async connection =>
            {
                held = await TakeAsync(connection, owner, sinks, duration);
                return true;
            },
            cancellationToken
        );
        return held;
    }

    public Task GiveBackAsync(IReadOnlyList<LaneLease> leases, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(
                    GiveBack,
                    Texts(leases.Select(lease => lease.Sink)),
                    Shorts(leases.Select(lease => lease.Shard)),
                    Longs(leases.Select(lease => lease.Fence))
                );
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var batch = new NpgsqlBatch(connection);
                batch.Add(Lock);
                batch.Add(Release, Text(owner));
                batch.Add(Leave, Text(owner));
                await batch.ExecuteNonQueryAsync(CancellationToken.None);
                return true;
            },
            cancellationToken
        );

    /// <summary>Removes all that is kept for sinks, and answers how many had lanes.</summary>
    public static async Task<int> ForgetAsync(NpgsqlConnection connection, IReadOnlyCollection<string> sinks)
    {
        await using var command = connection.Command(Forget, Texts(sinks));
        var forgotten = (await command.ListAsync(row => (int)row.GetInt64(0), CancellationToken.None)).Single();
        await using var parts = new NpgsqlBatch(connection);
        foreach (var table in Parts)
            parts.Add($"DELETE FROM {table} WHERE sink = ANY($1)", Texts(sinks));
        await parts.ExecuteNonQueryAsync(CancellationToken.None);
        return forgotten;
    }

    private static async Task<List<LaneLease>> TakeAsync(NpgsqlConnection connection, string owner, string[] sinks, TimeSpan duration)
    {
        var living = await BeatAsync(connection, owner, sinks, duration);
        await using var look = connection.Command(Lanes, Texts(sinks));
        var lanes = await look.ListAsync(
            row => new LaneRow(row.GetString(0), row.GetInt16(1), row.TextOrNull(2), row.GetBoolean(3), row.GetInt64(4), row.GetInt64(5)),
            CancellationToken.None
        );
        var wanted = LaneShares.Decide(owner, lanes, living);
        if (wanted.Count == 0)
            return [];

        // A cursor may have been moved since the look: what the update answers is what holds.
        await using var take = connection.Command(
            Take,
            Text(owner),
            Span(duration),
            Texts(wanted.Select(lease => lease.Sink)),
            Shorts(wanted.Select(lease => lease.Shard))
        );
        var surplus = wanted.Where(lease => lease.Surplus).Select(lease => (lease.Sink, lease.Shard)).ToHashSet();
        return await take.ListAsync(
            row => new LaneLease(
                row.GetString(0),
                row.GetInt16(1),
                row.GetInt64(2),
                row.GetInt64(3),
                surplus.Contains((row.GetString(0), row.GetInt16(1)))
            ),
            CancellationToken.None
        );
    }

    // Says that the owner lives, and answers who else does.
    private static async Task<ILookup<string, string>> BeatAsync(
        NpgsqlConnection connection,
        string owner,
        string[] sinks,
        TimeSpan duration
    )
    {
        await using var beat = new NpgsqlBatch(connection);
        beat.Add(Lock);
        beat.Add(DropTheDead, Text(owner), Texts(sinks));
        beat.Add(Beat, Text(owner), Texts(sinks), Span(duration));
        await beat.ExecuteNonQueryAsync(CancellationToken.None);
        await using var living = connection.Command(Living, Texts(sinks));
        var owners = await living.ListAsync(row => (Sink: row.GetString(0), Owner: row.GetString(1)), CancellationToken.None);
        return owners.ToLookup(one => one.Sink, one => one.Owner);
    }
}
