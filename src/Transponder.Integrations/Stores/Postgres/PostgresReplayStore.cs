using Npgsql;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Replays; a sink's oldest running one goes first, and its row is the lease.</summary>
internal sealed class PostgresReplayStore(PostgresDatabase database) : IReplayStore
{
    private const string Columns =
        "replay_id, sink, until, filter, rate, position, state, sent, refused, detail, principal, created_at, updated_at, fence";

    private const string Add = """
        INSERT INTO replays (replay_id, sink, until, filter, rate, position, state, sent, refused, detail, principal, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """;

    private const string Lease = $"""
        UPDATE replays SET
            owner = $1, lease_until = clock_timestamp() + $3,
            fence = CASE WHEN owner = $1 AND lease_until > clock_timestamp() THEN fence ELSE fence + 1 END
        WHERE id IN (
            SELECT (SELECT r.id FROM replays r WHERE r.sink = s.sink AND r.state = 1 ORDER BY r.id LIMIT 1)
            FROM (SELECT DISTINCT unnest($2) AS sink) s
        )
        AND (owner IS NULL OR owner = $1 OR lease_until <= clock_timestamp())
        RETURNING {Columns}
        """;

    private const string Save = """
        UPDATE replays SET position = $3, state = $4, sent = $5, refused = $6, detail = $7, updated_at = $8
        WHERE replay_id = $1 AND fence = $2 AND owner IS NOT NULL AND state = 1
        """;

    public Task AddAsync(ReplayRecord replay, CancellationToken cancellationToken) =>
        RunAsync(
            Add,
            [
                Text(replay.ReplayId),
                Text(replay.Sink),
                Long(replay.Until),
                Bytes(replay.Filter),
                Int(replay.Rate),
                .. Progress(replay.Progress),
                Text(replay.Principal),
                Moment(replay.CreatedAt),
                Moment(replay.UpdatedAt),
            ],
            cancellationToken
        );

    public async Task<IReadOnlyList<ReplayLease>> LeaseAsync(
        string owner,
        IReadOnlyCollection<string> sinks,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<ReplayLease> held = [];
        await database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(Lease, Text(owner), Texts(sinks), Span(duration));
                held = await command.ListAsync(row => new ReplayLease(Record(row), row.GetInt64(13)), CancellationToken.None);
                return true;
            },
            cancellationToken
        );
        return held;
    }

    public Task<bool> SaveAsync(ReplayLease lease, ReplayProgress progress, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(Save, [Text(lease.Replay.ReplayId), Long(lease.Fence), .. Progress(progress), Moment(now)], cancellationToken);

    public Task<bool> CancelAsync(string replayId, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(
            "UPDATE replays SET state = 3, updated_at = $2 WHERE replay_id = $1 AND state = 1",
            [Text(replayId), Moment(now)],
            cancellationToken
        );

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        RunAsync("UPDATE replays SET owner = NULL, lease_until = NULL WHERE owner = $1", [Text(owner)], cancellationToken);

    public async Task<ReplayRecord?> GetAsync(string replayId, CancellationToken cancellationToken) =>
        (
            await database.ListAsync($"SELECT {Columns} FROM replays WHERE replay_id = $1", [Text(replayId)], Record, cancellationToken)
        ).SingleOrDefault();

    public async Task<IReadOnlyList<ReplayRecord>> ListAsync(int limit, CancellationToken cancellationToken) =>
        await database.ListAsync($"SELECT {Columns} FROM replays ORDER BY id DESC LIMIT $1", [Long(limit)], Record, cancellationToken);

    private Task<bool> RunAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                // A transaction that is repeated needs parameters of its own.
                await using var command = connection.Command(sql, [.. parameters.Select(parameter => parameter.Clone())]);
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    private static NpgsqlParameter[] Progress(ReplayProgress progress) =>
        [Long(progress.Position), Short((int)progress.State), Long(progress.Sent), Long(progress.Refused), Text(progress.Detail)];

    private static ReplayRecord Record(NpgsqlDataReader row) =>
        new(
            row.GetString(0),
            row.GetString(1),
            row.GetInt64(2),
            row.GetFieldValue<byte[]>(3),
            row.GetInt32(4),
            new ReplayProgress(row.GetInt64(5), (ReplayState)row.GetInt16(6), row.GetInt64(7), row.GetInt64(8), row.GetString(9)),
            row.GetString(10),
            row.MomentAt(11),
            row.MomentAt(12)
        );
}
