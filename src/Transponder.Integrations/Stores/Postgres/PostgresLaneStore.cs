using Npgsql;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The lanes; whatever locks several of them does so in the order of sink and shard.</summary>
internal sealed class PostgresLaneStore(PostgresDatabase database) : ILaneStore
{
    // An event that is not yet visible gets a position above all that are: the highest visible one is the log's end for good. A sink that is
    // forgotten and comes again must not repeat its fences: they begin at the clock.
    private const string Register = """
        INSERT INTO lanes (sink, shard, position, fence)
        SELECT s.name, n,
            coalesce(CASE WHEN s.from_start THEN (SELECT min(position) - 1 FROM events) ELSE (SELECT max(position) FROM events) END, 0),
            (extract(epoch FROM clock_timestamp()) * 1000)::bigint
        FROM unnest($1, $2) AS s (name, from_start), generate_series(0, $3 - 1) n
        ORDER BY s.name, n
        ON CONFLICT (sink, shard) DO NOTHING
        """;

    private const string Held = """
        SELECT execution_id, position, attempts, since, due_at, detail FROM lane_held WHERE sink = $1 AND shard = $2 ORDER BY execution_id
        """;

    private const string Progress = """
        SELECT l.sink,
            least(
                min(coalesce(
                    (SELECT min(v.position) FROM events v WHERE v.shard = l.shard AND v.position > l.position) - 1,
                    greatest(l.position, (SELECT max(position) FROM events))
                )),
                (SELECT min(h.position) FROM lane_held h WHERE h.sink = l.sink)
            ),
            (SELECT count(*) FROM lane_held h WHERE h.sink = l.sink)::integer,
            (SELECT count(*) FROM quarantine q WHERE q.sink = l.sink)
        FROM lanes l GROUP BY l.sink ORDER BY l.sink
        """;

    private const string Quarantine = "SELECT id, sink, position, event_id, ordering_key, reason, payload, at FROM quarantine";

    private readonly PostgresLaneLeases leases = new(database);

    public Task RegisterAsync(IReadOnlyList<SinkRegistration> sinks, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(
                    Register,
                    Texts(sinks.Select(sink => sink.Name)),
                    Bools(sinks.Select(sink => sink.FromStart)),
                    Int(ExecutionKey.ShardCount)
                );
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<LaneLease>> LeaseAsync(
        string owner,
        IReadOnlyCollection<string> sinks,
        TimeSpan duration,
        CancellationToken cancellationToken
    ) => leases.LeaseAsync(owner, [.. sinks.Distinct().Order(StringComparer.Ordinal)], duration, cancellationToken);

    public Task GiveBackAsync(IReadOnlyList<LaneLease> leases, CancellationToken cancellationToken) =>
        this.leases.GiveBackAsync(leases, cancellationToken);

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) => leases.ReleaseAsync(owner, cancellationToken);

    public async Task<IReadOnlyList<LaneLease>> SaveAsync(IReadOnlyList<LaneProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        IReadOnlyList<LaneProgress> lost = [];
        await database.WriteAsync(
            async connection =>
            {
                lost = await PostgresLaneWriter.WriteAsync(connection, progress);
                return lost.Count < progress.Count;
            },
            cancellationToken
        );
        return [.. lost.Select(one => one.Lease)];
    }

    public async Task<IReadOnlyList<HeldExecution>> HeldAsync(string sink, int shard, CancellationToken cancellationToken) =>
        await database.ListAsync(
            Held,
            [Text(sink), Short(shard)],
            row => new HeldExecution(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.MomentAt(3), row.MomentAt(4), row.GetString(5)),
            cancellationToken
        );

    public async Task<IReadOnlyList<SinkProgress>> ProgressAsync(CancellationToken cancellationToken) =>
        await database.ListAsync(
            Progress,
            [],
            row => new SinkProgress(row.GetString(0), row.GetInt64(1), row.GetInt32(2), row.GetInt64(3)),
            cancellationToken
        );

    public async Task<IReadOnlyList<QuarantinedRecord>> QuarantineAsync(
        string? sink,
        long before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var (below, most) = (Long(before > 0 ? before : long.MaxValue), Long(limit));
        var sql = $"{Quarantine} WHERE id < $1 {(sink is null ? "" : "AND sink = $3")} ORDER BY id DESC LIMIT $2";
        return await database.ListAsync(sql, sink is null ? [below, most] : [below, most, Text(sink)], Record, cancellationToken);
    }

    public async Task<int> ForgetAsync(IReadOnlyCollection<string> sinks, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        await database.WriteAsync(
            async connection =>
            {
                forgotten = await PostgresLaneLeases.ForgetAsync(connection, sinks);
                return true;
            },
            cancellationToken
        );
        return forgotten;
    }

    private static QuarantinedRecord Record(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetString(1),
            row.GetInt64(2),
            row.GetGuid(3),
            row.GetString(4),
            row.GetString(5),
            row.GetFieldValue<byte[]>(6),
            row.MomentAt(7)
        );
}
