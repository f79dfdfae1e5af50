using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The catalog.</summary>
internal sealed class SqliteCatalogStore(SqliteWriter writer, SqliteReaders readers, ChangeInterest interest) : ICatalogStore
{
    private const string Columns = "n.kind, n.project, n.domain, n.name, n.version, n.digest, n.created_at, n.updated_at, n.active";

    private const string Select = $"SELECT {Columns}, n.body FROM catalog_entities n";

    private const string SelectListed = $"SELECT {Columns}, coalesce(n.summary, n.body) FROM catalog_entities n";

    private const string SelectOne = Select + " WHERE kind = ? AND project = ? AND domain = ? AND name = ? AND version = ?";

    private readonly SqliteProjects projects = new(writer, readers, interest);
    private readonly SqliteNames names = new(writer, readers);
    private readonly SqliteAttributes attributes = new(writer, readers);

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

    public Task<bool> AddAsync(CatalogEntity entity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return writer.RunAsync(
            database =>
            {
                using var insert = database.Use(
                    """
                    INSERT INTO catalog_entities (
                      kind, project, domain, name, version, digest, created_at, updated_at, active, body, description, short_description,
                      task_type, schedule_type, workflow_project, workflow_domain, workflow_name, workflow_version, summary
                    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (kind, project, domain, name, version) DO NOTHING
                    """
                );
                Add(insert, entity.Kind, entity.Key).Add(entity.Digest).Add(entity.CreatedAt).Add(entity.UpdatedAt);
                insert.Add(entity.Active ? 1 : 0).Add(entity.Body).AddBytesOrNull(entity.Description);
                if (Add(insert, entity.Traits).Run() == 0)
                    return false;
                SqliteNames.Add(database, entity);
                if (CatalogChanges.Registered(entity) is { } told && interest.Includes(told.Kind))
                    SqliteChanges.Write(database, told);
                return true;
            },
            cancellationToken
        );
    }

    public Task<CatalogEntity?> GetAsync(EntityKind kind, EntityKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(database => Get(database, kind, key), cancellationToken);

    public Task<IReadOnlyList<CatalogEntity>> GetManyAsync(
        EntityKind kind,
        IReadOnlyCollection<EntityKey> keys,
        CancellationToken cancellationToken
    ) =>
        readers.ReadAsync<IReadOnlyList<CatalogEntity>>(
            database => [.. keys.Distinct().Select(key => Get(database, kind, key)).OfType<CatalogEntity>()],
            cancellationToken
        );

    public Task<CatalogEntity?> GetActiveLaunchPlanAsync(string project, string domain, string name, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database =>
            {
                using var rows = database.Use(Select + " WHERE kind = ? AND project = ? AND domain = ? AND name = ? AND active = 1");
                return rows.Add((int)EntityKind.LaunchPlan).Add(project).Add(domain).Add(name).Step() ? Entity(rows) : null;
            },
            cancellationToken
        );

    public Task<bool> SetLaunchPlanStateAsync(
        EntityKey key,
        bool active,
        DateTimeOffset now,
        string principal,
        CancellationToken cancellationToken
    ) =>
        writer.RunAsync(
            database =>
            {
                if (Get(database, EntityKind.LaunchPlan, key) is null)
                    return false;
                var told = interest.Includes(EventKind.LaunchPlan) ? Versions(database, key) : [];
                if (active)
                {
                    using var others = database.Use(
                        """
                        UPDATE catalog_entities SET active = 0, updated_at = ?
                        WHERE kind = ? AND project = ? AND domain = ? AND name = ? AND version <> ? AND active = 1
                        """
                    );
                    Add(others.Add(now), EntityKind.LaunchPlan, key).Run();
                }
                using var set = database.Use(
                    """
                    UPDATE catalog_entities SET active = ?, updated_at = ?
                    WHERE kind = ? AND project = ? AND domain = ? AND name = ? AND version = ?
                    """
                );
                Add(set.Add(active ? 1 : 0).Add(now), EntityKind.LaunchPlan, key).Run();
                foreach (var change in CatalogChanges.Switched(key, told, active, now, principal))
                    SqliteChanges.Write(database, change);
                return true;
            },
            cancellationToken
        );

    private static List<PlanVersion> Versions(SqliteDatabase database, EntityKey key)
    {
        using var rows = database.Use(
            """
            SELECT version, active, workflow_project, workflow_domain, workflow_name, workflow_version FROM catalog_entities
            WHERE kind = 3 AND project = ?1 AND domain = ?2 AND name = ?3 AND (active = 1 OR version = ?4)
            """
        );
        rows.Add(key.Project).Add(key.Domain).Add(key.Name).Add(key.Version);
        var versions = new List<PlanVersion>();
        while (rows.Step())
            versions.Add(
                new PlanVersion(
                    rows.Text(0),
                    rows.Int(1) == 1,
                    rows.IsNull(2) ? null : new EntityKey(rows.Text(2), rows.Text(3), rows.Text(4), rows.Text(5))
                )
            );
        return versions;
    }

    public Task<IReadOnlyList<CatalogEntity>> ListAsync(CatalogQuery query, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<CatalogEntity>>(
            database =>
            {
                var clauses = SqliteCatalogSql.Clauses(query, out var values);
                return database.List($"{SelectListed} {clauses}", values, Entity);
            },
            cancellationToken
        );

    public Task<byte[]?> GetDescriptionAsync(EntityKind kind, EntityKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database =>
            {
                using var rows = database.Use(
                    "SELECT description FROM catalog_entities WHERE kind = ? AND project = ? AND domain = ? AND name = ? AND version = ?"
                );
                return Add(rows, kind, key).Step() && !rows.IsNull(0) ? rows.Bytes(0) : null;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<byte[]>> ListDescriptionsAsync(CatalogQuery query, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<byte[]>>(
            database =>
            {
                var clauses = SqliteCatalogSql.Clauses(query, out var values, "n.description IS NOT NULL");
                return database.List($"SELECT n.description FROM catalog_entities n {clauses}", values, rows => rows.Bytes(0));
            },
            cancellationToken
        );

    public Task<IReadOnlyList<CatalogEntity>> ListUntraitedAsync(int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<CatalogEntity>>(
            database => database.List($"{Select} WHERE n.short_description IS NULL ORDER BY n.id LIMIT ?", [(long)limit], Entity),
            cancellationToken
        );

    public Task SetTraitsAsync(IReadOnlyCollection<CatalogEntity> entities, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var update = database.Use(
                    """
                    UPDATE catalog_entities SET
                      short_description = ?, task_type = ?, schedule_type = ?,
                      workflow_project = ?, workflow_domain = ?, workflow_name = ?, workflow_version = ?, summary = ?
                    WHERE kind = ? AND project = ? AND domain = ? AND name = ? AND version = ?
                    """
                );
                foreach (var entity in entities)
                {
                    Add(Add(update, entity.Traits), entity.Kind, entity.Key).Run();
                    SqliteNames.Add(database, entity);
                }
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

    private static CatalogEntity? Get(SqliteDatabase database, EntityKind kind, EntityKey key)
    {
        using var rows = database.Use(SelectOne);
        return Add(rows, kind, key).Step() ? Entity(rows) : null;
    }

    private static SqliteStatement Add(SqliteStatement statement, EntityKind kind, EntityKey key) =>
        statement.Add((int)kind).Add(key.Project).Add(key.Domain).Add(key.Name).Add(key.Version);

    private static SqliteStatement Add(SqliteStatement statement, EntityTraits traits)
    {
        statement.Add(traits.ShortDescription).Add(traits.TaskType).Add(traits.ScheduleType);
        statement.Add(traits.Workflow?.Project ?? "").Add(traits.Workflow?.Domain ?? "");
        return statement.Add(traits.Workflow?.Name ?? "").Add(traits.Workflow?.Version ?? "").AddBytesOrNull(traits.Summary);
    }

    private static CatalogEntity Entity(SqliteStatement rows) =>
        new()
        {
            Kind = (EntityKind)rows.Int(0),
            Key = new EntityKey(rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4)),
            Digest = rows.Bytes(5),
            CreatedAt = rows.Time(6),
            UpdatedAt = rows.Time(7),
            Active = rows.Int(8) == 1,
            Body = rows.Bytes(9),
        };
}
