using Flyteidl.Admin;
using Npgsql;
using Transponder.Core.Catalog;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The catalog; a unique index keeps two versions of a launch plan from being active.</summary>
internal sealed class PostgresCatalogStore(PostgresDatabase database, ChangeInterest interest) : ICatalogStore
{
    private const string Add = """
        INSERT INTO catalog_entities (
            kind, project, domain, name, version, body, digest, created_at, updated_at, active, description, short_description, task_type,
            schedule_type, workflow_project, workflow_domain, workflow_name, workflow_version, summary
        ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT (kind, project, domain, name, version) DO NOTHING
        """;

    private const string Columns = "n.project, n.domain, n.name, n.version, n.body, n.digest, n.created_at, n.updated_at, n.active";

    private const string ListColumns =
        "n.project, n.domain, n.name, n.version, coalesce(n.summary, n.body), n.digest, n.created_at, n.updated_at, n.active";

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
        SELECT version, active, workflow_project, workflow_domain, workflow_name, workflow_version FROM catalog_entities
        WHERE kind = 3 AND project = $1 AND domain = $2 AND name = $3
        ORDER BY version
        FOR UPDATE
        """;

    private const string SetActive = """
        UPDATE catalog_entities SET active = $5, updated_at = $6
        WHERE kind = 3 AND project = $1 AND domain = $2 AND name = $3 AND version = $4
        """;

    private const string GetDescription =
        "SELECT description FROM catalog_entities WHERE kind = $1 AND project = $2 AND domain = $3 AND name = $4 AND version = $5";

    private const string ListUntraited =
        $"SELECT {Columns}, n.kind FROM catalog_entities n WHERE n.short_description IS NULL ORDER BY n.id LIMIT $1";

    private const string SetTraits = """
        UPDATE catalog_entities SET
            short_description = $6, task_type = $7, schedule_type = $8,
            workflow_project = $9, workflow_domain = $10, workflow_name = $11, workflow_version = $12, summary = $13
        WHERE kind = $1 AND project = $2 AND domain = $3 AND name = $4 AND version = $5
        """;

    private readonly PostgresProjects projects = new(database, interest);
    private readonly PostgresNames names = new(database);
    private readonly PostgresAttributes attributes = new(database);

    public Task<bool> AddProjectAsync(ProjectRecord project, CancellationToken cancellationToken) =>
        projects.AddAsync(project, cancellationToken);

    public Task<ProjectRecord?> GetProjectAsync(string id, CancellationToken cancellationToken) => projects.GetAsync(id, cancellationToken);

    public Task<IReadOnlyList<ProjectRecord>> ListProjectsAsync(CancellationToken cancellationToken) =>
        projects.ListAsync(cancellationToken);

    public Task<bool> UpdateProjectAsync(
        string id,
        Func<byte[], byte[]> change,
        DateTimeOffset now,
        string principal,
        CancellationToken cancellationToken
    ) => projects.UpdateAsync(id, change, now, principal, cancellationToken);

    public Task<bool> AddAsync(CatalogEntity entity, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(
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
                        BytesOrNull(entity.Description),
                        .. Traits(entity.Traits),
                    ]
                );
                if (await command.ExecuteNonQueryAsync(CancellationToken.None) == 0)
                    return false;
                await PostgresNames.AddAsync(connection, entity);
                if (CatalogChanges.Registered(entity) is { } told && interest.Includes(told.Kind))
                    await PostgresChanges.WriteAsync(connection, told);
                return true;
            },
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

    public Task<bool> SetLaunchPlanStateAsync(
        EntityKey key,
        bool active,
        DateTimeOffset now,
        string principal,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            async connection =>
            {
                await using var read = connection.Command(LockVersions, Name(key));
                var versions = await read.ListAsync(Version, CancellationToken.None);
                if (versions.All(version => version.Version != key.Version))
                    return false;
                // The old one first: the index allows no moment with two.
                foreach (var other in versions.Where(version => active && version.Active && version.Version != key.Version))
                    await SetAsync(connection, key with { Version = other.Version }, false, now);
                await SetAsync(connection, key, active, now);
                if (interest.Includes(EventKind.LaunchPlan))
                    await PostgresChanges.WriteAsync(connection, [.. CatalogChanges.Switched(key, versions, active, now, principal)]);
                return true;
            },
            cancellationToken
        );

    private static PlanVersion Version(NpgsqlDataReader row) =>
        new(
            row.GetString(0),
            row.GetBoolean(1),
            row.IsDBNull(2) ? null : new EntityKey(row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5))
        );

    public async Task<IReadOnlyList<CatalogEntity>> ListAsync(CatalogQuery query, CancellationToken cancellationToken)
    {
        var parameters = new List<NpgsqlParameter>();
        var clauses = PostgresCatalogSql.Clauses(query, parameters);
        return await database.ListAsync(
            $"SELECT {ListColumns} FROM catalog_entities n {clauses}",
            [.. parameters],
            row => Entity(row, query.Kind),
            cancellationToken
        );
    }

    public async Task<byte[]?> GetDescriptionAsync(EntityKind kind, EntityKey key, CancellationToken cancellationToken) =>
        (
            await database.ListAsync(
                GetDescription,
                [Short((int)kind), .. Name(key), Text(key.Version)],
                row => row.IsDBNull(0) ? null : row.GetFieldValue<byte[]>(0),
                cancellationToken
            )
        ).SingleOrDefault();

    public async Task<IReadOnlyList<byte[]>> ListDescriptionsAsync(CatalogQuery query, CancellationToken cancellationToken)
    {
        var parameters = new List<NpgsqlParameter>();
        var clauses = PostgresCatalogSql.Clauses(query, parameters, "n.description IS NOT NULL");
        return await database.ListAsync(
            $"SELECT n.description FROM catalog_entities n {clauses}",
            [.. parameters],
            row => row.GetFieldValue<byte[]>(0),
            cancellationToken
        );
    }

    public async Task<IReadOnlyList<CatalogEntity>> ListUntraitedAsync(int limit, CancellationToken cancellationToken) =>
        await database.ListAsync(ListUntraited, [Long(limit)], row => Entity(row, (EntityKind)row.GetInt16(9)), cancellationToken);

    public Task SetTraitsAsync(IReadOnlyCollection<CatalogEntity> entities, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                foreach (var entity in entities)
                {
                    await using var command = connection.Command(
                        SetTraits,
                        [Short((int)entity.Kind), .. Name(entity.Key), Text(entity.Key.Version), .. Traits(entity.Traits)]
                    );
                    await command.ExecuteNonQueryAsync(CancellationToken.None);
                    await PostgresNames.AddAsync(connection, entity);
                }
                return true;
            },
            cancellationToken
        );

    public Task<NamedEntityRecord?> GetNameAsync(NameKey key, CancellationToken cancellationToken) =>
        names.GetAsync(key, cancellationToken);

    public Task<IReadOnlyList<NamedEntityRecord>> ListNamesAsync(NameQuery query, CancellationToken cancellationToken) =>
        names.ListAsync(query, cancellationToken);

    public Task<bool> UpdateNameAsync(
        NameKey key,
        NamedEntityState state,
        string? description,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => names.UpdateAsync(key, state, description, now, cancellationToken);

    public Task SetAttributesAsync(
        AttributesKey key,
        Func<byte[]?, byte[]> merge,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => attributes.SetAsync(key, merge, now, cancellationToken);

    public Task DeleteAttributesAsync(AttributesKey key, CancellationToken cancellationToken) =>
        attributes.DeleteAsync(key, cancellationToken);

    public Task<AttributesRecord?> FindAttributesAsync(AttributesKey key, CancellationToken cancellationToken) =>
        attributes.FindAsync(key, cancellationToken);

    public Task<IReadOnlyList<AttributesRecord>> ListAttributesAsync(
        MatchableResource kind,
        IReadOnlySet<string>? projects,
        CancellationToken cancellationToken
    ) => attributes.ListAsync(kind, projects, cancellationToken);

    private static async Task SetAsync(NpgsqlConnection connection, EntityKey key, bool active, DateTimeOffset now)
    {
        await using var command = connection.Command(SetActive, [.. Name(key), Text(key.Version), Bool(active), Moment(now)]);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static NpgsqlParameter[] Name(EntityKey key) => [Text(key.Project), Text(key.Domain), Text(key.Name)];

    private static NpgsqlParameter[] Traits(EntityTraits traits) =>
        [
            Text(traits.ShortDescription),
            Text(traits.TaskType),
            Text(traits.ScheduleType),
            Text(traits.Workflow?.Project ?? ""),
            Text(traits.Workflow?.Domain ?? ""),
            Text(traits.Workflow?.Name ?? ""),
            Text(traits.Workflow?.Version ?? ""),
            BytesOrNull(traits.Summary),
        ];

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
