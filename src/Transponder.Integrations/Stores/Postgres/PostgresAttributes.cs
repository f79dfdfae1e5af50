using Flyteidl.Admin;
using Npgsql;
using Transponder.Core.Catalog;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Matchable attributes of projects, their domains and workflows.</summary>
internal sealed class PostgresAttributes(PostgresDatabase database)
{
    // The row is made first where there is none: two merges of one key then follow each other.
    private const string Make = """
        INSERT INTO matchable_attributes (kind, project, domain, workflow, attributes, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (kind, project, domain, workflow) DO NOTHING
        """;

    private const string Lock =
        "SELECT attributes FROM matchable_attributes WHERE kind = $1 AND project = $2 AND domain = $3 AND workflow = $4 FOR UPDATE";

    private const string Put = """
        INSERT INTO matchable_attributes (kind, project, domain, workflow, attributes, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (kind, project, domain, workflow) DO UPDATE SET attributes = excluded.attributes, updated_at = excluded.updated_at
        """;

    private const string Delete = "DELETE FROM matchable_attributes WHERE kind = $1 AND project = $2 AND domain = $3 AND workflow = $4";

    private const string Find = """
        SELECT project, domain, workflow, attributes FROM matchable_attributes
        WHERE kind = $1 AND project = $2 AND domain IN ('', $3) AND workflow IN ('', $4)
        ORDER BY workflow DESC, domain DESC LIMIT 1
        """;

    private const string List = """
        SELECT project, domain, workflow, attributes FROM matchable_attributes
        WHERE kind = $1 AND ($2 OR project = ANY($3))
        ORDER BY workflow = '', domain = '', project, domain, workflow
        """;

    public Task SetAsync(AttributesKey key, Func<byte[]?, byte[]> merge, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using (var make = connection.Command(Make, [.. Parts(key), Bytes(merge(null)), Moment(now)]))
                {
                    if (await make.ExecuteNonQueryAsync(CancellationToken.None) > 0)
                        return true;
                }
                await using var read = connection.Command(Lock, Parts(key));
                var stored = (await read.ListAsync(row => row.GetFieldValue<byte[]>(0), CancellationToken.None)).SingleOrDefault();
                await using var put = connection.Command(Put, [.. Parts(key), Bytes(merge(stored)), Moment(now)]);
                await put.ExecuteNonQueryAsync(CancellationToken.None);
                return true;
            },
            cancellationToken
        );

    public Task DeleteAsync(AttributesKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(Delete, Parts(key));
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    public async Task<AttributesRecord?> FindAsync(AttributesKey key, CancellationToken cancellationToken) =>
        (await database.ListAsync(Find, Parts(key), row => Record(row, key.Kind), cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<AttributesRecord>> ListAsync(
        MatchableResource kind,
        IReadOnlySet<string>? projects,
        CancellationToken cancellationToken
    ) =>
        await database.ListAsync(
            List,
            [Short((int)kind), Bool(projects is null), Texts(projects ?? new HashSet<string>())],
            row => Record(row, kind),
            cancellationToken
        );

    private static NpgsqlParameter[] Parts(AttributesKey key) =>
        [Short((int)key.Kind), Text(key.Project), Text(key.Domain), Text(key.Workflow)];

    private static AttributesRecord Record(NpgsqlDataReader row, MatchableResource kind) =>
        new(new AttributesKey(kind, row.GetString(0), row.GetString(1), row.GetString(2)), row.GetFieldValue<byte[]>(3));
}
