using Flyteidl.Admin;
using Transponder.Core.Catalog;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Matchable attributes of projects, their domains and workflows.</summary>
internal sealed class SqliteAttributes(SqliteWriter writer, SqliteReaders readers)
{
    private const string Select = "SELECT project, domain, workflow, attributes FROM matchable_attributes";

    public Task SetAsync(AttributesKey key, Func<byte[]?, byte[]> merge, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var put = database.Use(
                    """
                    INSERT INTO matchable_attributes (kind, project, domain, workflow, attributes, updated_at) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (kind, project, domain, workflow)
                    DO UPDATE SET attributes = excluded.attributes, updated_at = excluded.updated_at
                    """
                );
                Add(put, key).Add(merge(Get(database, key))).Add(now).Run();
            },
            cancellationToken
        );

    public Task DeleteAsync(AttributesKey key, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var delete = database.Use(
                    "DELETE FROM matchable_attributes WHERE kind = ? AND project = ? AND domain = ? AND workflow = ?"
                );
                Add(delete, key).Run();
            },
            cancellationToken
        );

    public Task<AttributesRecord?> FindAsync(AttributesKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database =>
            {
                using var rows = database.Use(
                    Select
                        + """
                         WHERE kind = ? AND project = ? AND domain IN ('', ?) AND workflow IN ('', ?)
                        ORDER BY workflow DESC, domain DESC LIMIT 1
                        """
                );
                return Add(rows, key).Step() ? Record(rows, key.Kind) : null;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<AttributesRecord>> ListAsync(
        MatchableResource kind,
        IReadOnlySet<string>? projects,
        CancellationToken cancellationToken
    ) =>
        readers.ReadAsync<IReadOnlyList<AttributesRecord>>(
            database =>
            {
                var some = projects is null ? "" : $"AND project IN ({string.Join(", ", projects.Select(_ => "?"))})";
                return database.List(
                    $"{Select} WHERE kind = ? {some} ORDER BY workflow = '', domain = '', project, domain, workflow",
                    [(long)kind, .. projects ?? new HashSet<string>()],
                    rows => Record(rows, kind)
                );
            },
            cancellationToken
        );

    private static byte[]? Get(SqliteDatabase database, AttributesKey key)
    {
        using var rows = database.Use(Select + " WHERE kind = ? AND project = ? AND domain = ? AND workflow = ?");
        return Add(rows, key).Step() ? rows.Bytes(3) : null;
    }

    private static SqliteStatement Add(SqliteStatement statement, AttributesKey key) =>
        statement.Add((int)key.Kind).Add(key.Project).Add(key.Domain).Add(key.Workflow);

    private static AttributesRecord Record(SqliteStatement rows, MatchableResource kind) =>
        new(new AttributesKey(kind, rows.Text(0), rows.Text(1), rows.Text(2)), rows.Bytes(3));
}
