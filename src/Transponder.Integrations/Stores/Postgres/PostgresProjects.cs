using Npgsql;
using Transponder.Core.Catalog;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The projects.</summary>
internal sealed class PostgresProjects(PostgresDatabase database, ChangeInterest interest)
{
    private const string Columns = "id, body, created_at, updated_at";

    private const string Add = "INSERT INTO projects (id, body, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";

    private const string Get = $"SELECT {Columns} FROM projects WHERE id = $1";

    private const string List = $"SELECT {Columns} FROM projects ORDER BY id";

    private const string Update = "UPDATE projects SET body = $2, updated_at = $3 WHERE id = $1";

    public Task<bool> AddAsync(ProjectRecord project, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.Command(Add, [Text(project.Id), Bytes(project.Body), Moment(project.CreatedAt)]);
                if (await command.ExecuteNonQueryAsync(CancellationToken.None) == 0)
                    return false;
                if (interest.Includes(EventKind.Project))
                    await PostgresChanges.WriteAsync(
                        connection,
                        CatalogChanges.ProjectChanged(project.Id, project.Body, null, project.CreatedAt, project.Principal)
                    );
                return true;
            },
            cancellationToken
        );

    public async Task<ProjectRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        (await database.ListAsync(Get, [Text(id)], Project, cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<ProjectRecord>> ListAsync(CancellationToken cancellationToken) =>
        await database.ListAsync(List, [], Project, cancellationToken);

    public Task<bool> UpdateAsync(
        string id,
        Func<byte[], byte[]> change,
        DateTimeOffset now,
        string principal,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            async connection =>
            {
                await using var read = connection.Command($"{Get} FOR UPDATE", [Text(id)]);
                if ((await read.ListAsync(Project, CancellationToken.None)) is not [var stored])
                    return false;
                var body = change(stored.Body);
                await using var update = connection.Command(Update, [Text(id), Bytes(body), Moment(now)]);
                await update.ExecuteNonQueryAsync(CancellationToken.None);
                if (interest.Includes(EventKind.Project) && !body.AsSpan().SequenceEqual(stored.Body))
                    await PostgresChanges.WriteAsync(connection, CatalogChanges.ProjectChanged(id, body, stored.Body, now, principal));
                return true;
            },
            cancellationToken
        );

    private static ProjectRecord Project(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.MomentAt(2), row.MomentOrNull(3));
}
