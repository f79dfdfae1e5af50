using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The schema, as numbered scripts that are each applied once, in order.</summary>
internal static class SqliteMigrations
{
    private const string Prefix = "Transponder.Integrations.Stores.Sqlite.Migrations.";

    private static readonly string[] All =
    [
        .. typeof(SqliteMigrations)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^".sql".Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Applies what is missing, and answers its names.</summary>
    public static IReadOnlyList<string> Apply(SqliteDatabase database, DateTimeOffset now)
    {
        database.Execute("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT NOT NULL PRIMARY KEY, applied_at INTEGER NOT NULL)");
        var missing = Missing(database);
        using var record = database.Use("INSERT INTO schema_migrations (name, applied_at) VALUES (?, ?)");
        foreach (var name in missing)
        {
            database.Execute(Script(name));
            record.Add(name).Add(now).Run();
        }
        return missing;
    }

    /// <summary>Throws when the schema is older or newer than this program's.</summary>
    public static void Check(SqliteDatabase database)
    {
        if (Missing(database) is { Count: > 0 } missing)
            throw new StoreException(
                StoreFailure.Unavailable,
                $"The database lacks {missing.Count} migrations; run `transponder migrate`."
            );
    }

    private static List<string> Missing(SqliteDatabase database)
    {
        var missing = All.ToList();
        using var applied = database.Use("SELECT name FROM schema_migrations");
        while (applied.Step())
            if (!missing.Remove(applied.Text(0)))
                throw new StoreException(
                    StoreFailure.Unavailable,
                    $"The database was written by a newer release: this one does not know its migration {applied.Text(0)}."
                );
        return missing;
    }

    private static string Script(string name)
    {
        using var stream = typeof(SqliteMigrations).Assembly.GetManifestResourceStream($"{Prefix}{name}.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
