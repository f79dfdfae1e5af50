using Transponder.Core.Catalog;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The projects.</summary>
internal sealed class SqliteProjects(SqliteWriter writer, SqliteReaders readers, ChangeInterest interest)
{
    private const string Select = "SELECT id, body, created_at, updated_at FROM projects";

    private const string SelectOne = Select + " WHERE id = ?";

    public Task<bool> AddAsync(ProjectRecord project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        return writer.RunAsync(
            database =>
            {
                using var insert = database.Use("INSERT INTO projects (id, body, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING");
                if (insert.Add(project.Id).Add(project.Body).Add(project.CreatedAt).Run() == 0)
                    return false;
                if (interest.Includes(EventKind.Project))
                    SqliteChanges.Write(
                        database,
                        CatalogChanges.ProjectChanged(project.Id, project.Body, null, project.CreatedAt, project.Principal)
                    );
                return true;
            },
            cancellationToken
        );
    }

    public Task<ProjectRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        readers.ReadAsync(database => Get(database, id), cancellationToken);

    public Task<IReadOnlyList<ProjectRecord>> ListAsync(CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<ProjectRecord>>(
            database =>
            {
                using var rows = database.Use(Select + " ORDER BY id");
                var projects = new List<ProjectRecord>();
                while (rows.Step())
                    projects.Add(Project(rows));
                return projects;
            },
            cancellationToken
        );

    public Task<bool> UpdateAsync(
        string id,
        Func<byte[], byte[]> change,
        DateTimeOffset now,
        string principal,
        CancellationToken cancellationToken
    ) =>
        writer.RunAsync(
            database =>
            {
                if (Get(database, id) is not { } stored)
                    return false;
                var body = change(stored.Body);
                using var update = database.Use("UPDATE projects SET body = ?, updated_at = ? WHERE id = ?");
                update.Add(body).Add(now).Add(id).Run();
                if (interest.Includes(EventKind.Project) && !body.AsSpan().SequenceEqual(stored.Body))
                    SqliteChanges.Write(database, CatalogChanges.ProjectChanged(id, body, stored.Body, now, principal));
                return true;
            },
            cancellationToken
        );

    private static ProjectRecord? Get(SqliteDatabase database, string id)
    {
        using var rows = database.Use(SelectOne);
        return rows.Add(id).Step() ? Project(rows) : null;
    }

    private static ProjectRecord Project(SqliteStatement rows) => new(rows.Text(0), rows.Bytes(1), rows.Time(2), rows.TimeOrNull(3));
}
