using Npgsql;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Projects, tasks, workflows and launch plans; a unique index keeps two versions of a launch plan from being active.</summary>
internal sealed class PostgresCatalogStore(PostgresDatabase database) : ICatalogStore
{
    private const string AddProject = "INSERT INTO projects (id, body, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";

    private const string GetProject = "SELECT id, body, created_at FROM projects WHERE id = $1";

    private const string ListProjects = "SELECT id, body, created_at FROM projects ORDER BY id";

    private const string Add = """
        INSERT INTO catalog_entities (kind, project, domain, name, version, body, digest, created_at, updated_at, active)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (kind, project, domain, name, version) DO NOTHING
        """;

    private const string Columns = "n.project, n.domain, n.name, n.version, n.body, n.digest, n.created_at, n.updated_at, n.active";

    private const string GetMany = $"""
        SELECT {Columns}
        FROM unnest($2, $3, $4, $5) AS k (project, domain, name, version)
        CROSS JOIN LATERAL (
            SELECT * FROM catalog_entities n
            WHERE n.kind = $1 AND n.project = k.project AND n.domain = k.domain AND n.name = k.name AND n.version = k.version
            OFFSET 0
        ) n
        """;

    private const string GetActive =
        $"SELECT {Columns} FROM catalog_entities n WHERE n.kind = 3 AND n.project = $1 AND n.domain = $2 AND n.name = $3 AND n.active";

    // All versions, in one order: two activations of one name follow each other.
    private const string LockVersions = """
        SELECT version, active FROM catalog_entities
        WHERE kind = 3 AND project = $1 AND domain = $2 AND name = $3
        ORDER BY version
        FOR UPDATE
        """;

    private const string SetActive = """
        UPDATE catalog_entities SET active = $5, updated_at = $6
        WHERE kind = 3 AND project = $1 AND domain = $2 AND name = $3 AND version = $4
        """;

    public Task<bool> AddProjectAsync(ProjectRecord project, CancellationToken cancellationToken) =>
        InsertAsync(AddProject, [Text(project.Id), Bytes(project.Body), Moment(project.CreatedAt)], cancellationToken);

    public async Task<ProjectRecord?> GetProjectAsync(string id, CancellationToken cancellationToken) =>
        (await database.ListAsync(GetProject, [Text(id)], Project, cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<ProjectRecord>> ListProjectsAsync(CancellationToken cancellationToken) =>
        await database.ListAsync(ListProjects, [], Project, cancellationToken);

    public Task<bool> AddAsync(CatalogEntity entity, CancellationToken cancellationToken) =>
        InsertAsync(
            Add,
            [
                Short((int)entity.Kind),
                .. Name(entity.Key),
                Text(entity.Key.Version),
                Bytes(entity.Body),
                Bytes(entity.Digest),
                Moment(entity.CreatedAt),
                Moment(entity.UpdatedAt),
                Bool(entity.Active),
            ],
            cancellationToken
        );

    public async Task<CatalogEntity?> GetAsync(EntityKind kind, EntityKey key, CancellationToken cancellationToken) =>
        (await GetManyAsync(kind, [key], cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<CatalogEntity>> GetManyAsync(
        EntityKind kind,
        IReadOnlyCollection<EntityKey> keys,
        CancellationToken cancellationToken
    )
    {
        var wanted = keys.Distinct().ToArray();
        return await database.ListAsync(
            GetMany,
            [
                Short((int)kind),
                Texts(wanted.Select(key => key.Project)),
                Texts(wanted.Select(key => key.Domain)),
                Texts(wanted.Select(key => key.Name)),
                Texts(wanted.Select(key => key.Version)),
            ],
            row => Entity(row, kind),
            cancellationToken
        );
    }

    public async Task<CatalogEntity?> GetActiveLaunchPlanAsync(
        string project,
        string domain,
        string name,
        CancellationToken cancellationToken
    ) =>
        (
            await database.ListAsync(
                GetActive,
                [Text(project), Text(domain), Text(name)],
                row => Entity(row, EntityKind.LaunchPlan),
                cancellationToken
            )
        ).SingleOrDefault();

    public Task<bool> SetLaunchPlanStateAsync(EntityKey key, bool active, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var read = connection.Command(LockVersions, Name(key));
                var versions = await read.ListAsync(row => (Version: row.GetString(0), Active: row.GetBoolean(1)), CancellationToken.None);
                if (versions.All(version => version.Version != key.Version))
                    return false;
                // The old one first: the index allows no moment with two.
                foreach (var other in versions.Where(version => active && version.Active && version.Version != key.Version))
                    await SetAsync(connection, key with { Version = other.Version }, false, now);
                await SetAsync(connection, key, active, now);
                return true;
            },
            cancellationToken
        );

    private static async Task SetAsync(NpgsqlConnection connection, EntityKey key, bool active, DateTimeOffset now)
    {
        await using var command = connection.Command(SetActive, [.. Name(key), Text(key.Version), Bool(active), Moment(now)]);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private Task<bool> InsertAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(sql, [.. parameters.Select(parameter => parameter.Clone())]);
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    private static NpgsqlParameter[] Name(EntityKey key) => [Text(key.Project), Text(key.Domain), Text(key.Name)];

    private static ProjectRecord Project(NpgsqlDataReader row) => new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.MomentAt(2));

    private static CatalogEntity Entity(NpgsqlDataReader row, EntityKind kind) =>
        new()
        {
            Kind = kind,
            Key = new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)),
            Body = row.GetFieldValue<byte[]>(4),
            Digest = row.GetFieldValue<byte[]>(5),
            CreatedAt = row.MomentAt(6),
            UpdatedAt = row.MomentAt(7),
            Active = row.GetBoolean(8),
        };
}
