using Flyteidl.Admin;
using Transponder.Core.Catalog;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The names that versions share, with their description and state.</summary>
internal sealed class SqliteNames(SqliteWriter writer, SqliteReaders readers)
{
    private const string Select = "SELECT n.name, n.description, n.state FROM entity_names n";

    /// <summary>Stores the name of an entity, when it is the first of it.</summary>
    public static void Add(SqliteDatabase database, CatalogEntity entity)
    {
        using var insert = database.Use(
            """
            INSERT INTO entity_names (kind, project, domain, name, description, state, created_at, updated_at)
            VALUES (?, ?, ?, ?, '', ?, ?, ?) ON CONFLICT (kind, project, domain, name) DO NOTHING
            """
        );
        var state = entity.Traits.IsGenerated ? NamedEntityState.SystemGenerated : NamedEntityState.NamedEntityActive;
        insert.Add((int)entity.Kind).Add(entity.Key.Project).Add(entity.Key.Domain).Add(entity.Key.Name);
        insert.Add((int)state).Add(entity.CreatedAt).Add(entity.CreatedAt).Run();
    }

    public Task<NamedEntityRecord?> GetAsync(NameKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database =>
            {
                using var rows = database.Use(Select + " WHERE n.kind = ? AND n.project = ? AND n.domain = ? AND n.name = ?");
                return Add(rows, key).Step() ? Record(rows, key) : null;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<NamedEntityRecord>> ListAsync(NameQuery query, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<NamedEntityRecord>>(
            database =>
            {
                var clauses = SqliteCatalogSql.Clauses(query, out var values);
                var key = new NameKey(query.Kind, query.Project, query.Domain, "");
                return database.List($"{Select} {clauses}", values, rows => Record(rows, key));
            },
            cancellationToken
        );

    public Task<bool> UpdateAsync(
        NameKey key,
        NamedEntityState state,
        string? description,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        writer.RunAsync(
            database =>
            {
                using var update = database.Use(
                    """
                    UPDATE entity_names SET state = ?, description = coalesce(?, description), updated_at = ?
                    WHERE kind = ? AND project = ? AND domain = ? AND name = ?
                    """
                );
                return Add(update.Add((int)state).Add(description).Add(now), key).Run() > 0;
            },
            cancellationToken
        );

    private static SqliteStatement Add(SqliteStatement statement, NameKey key) =>
        statement.Add((int)key.Kind).Add(key.Project).Add(key.Domain).Add(key.Name);

    private static NamedEntityRecord Record(SqliteStatement rows, NameKey key) =>
        new(key with { Name = rows.Text(0) }, rows.Text(1), (NamedEntityState)rows.Int(2));
}
