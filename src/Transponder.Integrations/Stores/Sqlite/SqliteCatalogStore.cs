using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Projects, tasks, workflows and launch plans.</summary>
internal sealed class SqliteCatalogStore(SqliteWriter writer, SqliteReaders readers) : ICatalogStore
{
    private const string Select =
        "SELECT kind, project, domain, name, version, digest, created_at, updated_at, active, body FROM catalog_entities";

    private const string SelectOne = Select + " WHERE kind = ? AND project = ? AND domain = ? AND name = ? AND version = ?";

    public Task<bool> AddProjectAsync(ProjectRecord project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        return writer.RunAsync(
            database =>
            {
                using var insert = database.Use("INSERT INTO projects (id, body, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING");
                return insert.Add(project.Id).Add(project.Body).Add(project.CreatedAt).Run() > 0;
            },
            cancellationToken
        );
    }

    public Task<ProjectRecord?> GetProjectAsync(string id, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database =>
            {
                using var rows = database.Use("SELECT id, body, created_at FROM projects WHERE id = ?");
                return rows.Add(id).Step() ? Project(rows) : null;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<ProjectRecord>> ListProjectsAsync(CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<ProjectRecord>>(
            database =>
            {
                using var rows = database.Use("SELECT id, body, created_at FROM projects ORDER BY id");
                var projects = new List<ProjectRecord>();
                while (rows.Step())
                    projects.Add(Project(rows));
                return projects;
            },
            cancellationToken
        );

    public Task<bool> AddAsync(CatalogEntity entity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return writer.RunAsync(
            database =>
            {
                using var insert = database.Use(
                    """
                    INSERT INTO catalog_entities (kind, project, domain, name, version, digest, created_at, updated_at, active, body)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, project, domain, name, version) DO NOTHING
                    """
                );
                Add(insert, entity.Kind, entity.Key).Add(entity.Digest).Add(entity.CreatedAt).Add(entity.UpdatedAt);
                return insert.Add(entity.Active ? 1 : 0).Add(entity.Body).Run() > 0;
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

    public Task<bool> SetLaunchPlanStateAsync(EntityKey key, bool active, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                if (Get(database, EntityKind.LaunchPlan, key) is null)
                    return false;
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
                return true;
            },
            cancellationToken
        );

    private static CatalogEntity? Get(SqliteDatabase database, EntityKind kind, EntityKey key)
    {
        using var rows = database.Use(SelectOne);
        return Add(rows, kind, key).Step() ? Entity(rows) : null;
    }

    private static SqliteStatement Add(SqliteStatement statement, EntityKind kind, EntityKey key) =>
        statement.Add((int)kind).Add(key.Project).Add(key.Domain).Add(key.Name).Add(key.Version);

    private static ProjectRecord Project(SqliteStatement rows) => new(rows.Text(0), rows.Bytes(1), rows.Time(2));

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
