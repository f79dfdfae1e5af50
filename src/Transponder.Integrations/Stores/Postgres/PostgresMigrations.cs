using System.Reflection;
using Npgsql;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The numbered scripts that make the schema, each applied once, in order, all under one lock.</summary>
internal static class PostgresMigrations
{
    private const string Folder = ".Stores.Postgres.Migrations.";

    private const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended('transponder.migrations', 0))";

    // An existing schema is not made again: that would need the right to create schemas even so.
    private const string Prepare = """
        DO $$ BEGIN
            IF to_regnamespace('transponder') IS NULL THEN
                CREATE SCHEMA transponder;
            END IF;
        END $$;
        CREATE TABLE IF NOT EXISTS transponder.schema_migrations (
            name text COLLATE "C" PRIMARY KEY,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        """;

    public static async Task<IReadOnlyList<string>> ApplyAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        List<string> applied = [];
        await database.WriteAsync(
            async connection =>
            {
                applied.Clear();
                await using (var wait = connection.Command(Lock))
                {
                    wait.CommandTimeout = 0;
                    await wait.ExecuteNonQueryAsync(cancellationToken);
                }
                await using (var prepare = connection.Command(Prepare))
                    await prepare.ExecuteNonQueryAsync(CancellationToken.None);
                foreach (var name in await MissingAsync(connection))
                {
                    await ApplyAsync(connection, name);
                    applied.Add(name);
                }
                return true;
            },
            cancellationToken
        );
        return applied;
    }

    /// <summary>Throws when a migration has not been applied.</summary>
    public static async Task<bool> RequireAllAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = connection.Command("SELECT to_regclass('transponder.schema_migrations') IS NOT NULL");
        var missing = await exists.ExecuteScalarAsync(cancellationToken) is true ? await MissingAsync(connection) : Names();
        return missing.Count == 0
            ? true
            : throw new StoreException(StoreFailure.Unavailable, $"The database is not migrated: {string.Join(", ", missing)} missing.");
    }

    private static async Task<IReadOnlyList<string>> MissingAsync(NpgsqlConnection connection)
    {
        await using var command = connection.Command("SELECT name FROM transponder.schema_migrations");
        var applied = await command.ListAsync(row => row.GetString(0), CancellationToken.None);
        return [.. Names().Except(applied)];
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, string name)
    {
        await using (var script = connection.Command(await ScriptAsync(name)))
        {
            script.CommandTimeout = 0;
            await script.ExecuteNonQueryAsync(CancellationToken.None);
        }
        await using var record = connection.Command("INSERT INTO transponder.schema_migrations (name) VALUES ($1)", PostgresSql.Text(name));
        await record.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static IReadOnlyList<string> Names() =>
        [
            .. typeof(PostgresMigrations)
                .Assembly.GetManifestResourceNames()
                .Where(name => name.Contains(Folder, StringComparison.Ordinal))
                .Select(name => Path.GetFileNameWithoutExtension(name[(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..]))
                .Order(StringComparer.Ordinal),
        ];

    private static async Task<string> ScriptAsync(string name)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var resource = assembly
            .GetManifestResourceNames()
            .Single(candidate => candidate.EndsWith($"{Folder}{name}.sql", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return await reader.ReadToEndAsync();
    }
}
