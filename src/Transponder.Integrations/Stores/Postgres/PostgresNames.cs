using Flyteidl.Admin;
using Npgsql;
using Transponder.Core.Catalog;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The names that versions share, with their description and state.</summary>
internal sealed class PostgresNames(PostgresDatabase database)
{
    private const string Add = """
        INSERT INTO entity_names (kind, project, domain, name, description, state, created_at, updated_at)
        VALUES ($1, $2, $3, $4, '', $5, $6, $6)
        ON CONFLICT ON CONSTRAINT entity_names_key DO NOTHING
        """;

    private const string Columns = "n.name, n.description, n.state";

    private const string Get =
        $"SELECT {Columns} FROM entity_names n WHERE n.kind = $1 AND n.project = $2 AND n.domain = $3 AND n.name = $4";

    private const string Update = """
        UPDATE entity_names SET state = $5, description = coalesce($6, description), updated_at = $7
        WHERE kind = $1 AND project = $2 AND domain = $3 AND name = $4
        """;

    /// <summary>Stores the name of an entity, when it is the first of it.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, CatalogEntity entity)
    {
        var key = new NameKey(entity.Kind, entity.Key.Project, entity.Key.Domain, entity.Key.Name);
        var state = entity.Traits.IsGenerated ? NamedEntityState.SystemGenerated : NamedEntityState.NamedEntityActive;
        await using var command = connection.Command(Add, [.. Parts(key), Short((int)state), Moment(entity.CreatedAt)]);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public async Task<NamedEntityRecord?> GetAsync(NameKey key, CancellationToken cancellationToken) =>
        (await database.ListAsync(Get, Parts(key), row => Record(row, key), cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<NamedEntityRecord>> ListAsync(NameQuery query, CancellationToken cancellationToken)
    {
        var parameters = new List<NpgsqlParameter>();
        var clauses = PostgresCatalogSql.Clauses(query, parameters);
        return await database.ListAsync(
            $"SELECT {Columns} FROM entity_names n {clauses}",
            [.. parameters],
            row => Record(row, new(query.Kind, query.Project, query.Domain, "")),
            cancellationToken
        );
    }

    public Task<bool> UpdateAsync(
        NameKey key,
        NamedEntityState state,
        string? description,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(Update, [.. Parts(key), Short((int)state), Text(description), Moment(now)]);
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    private static NpgsqlParameter[] Parts(NameKey key) => [Short((int)key.Kind), Text(key.Project), Text(key.Domain), Text(key.Name)];

    private static NamedEntityRecord Record(NpgsqlDataReader row, NameKey key) =>
        new(key with { Name = row.GetString(0) }, row.GetString(1), (NamedEntityState)row.GetInt16(2));
}
