using Transponder.Integrations.Stores.Postgres;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Notifiers;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>database</c>: <c>sqlite.file</c>, or Flyte's <c>postgres</c> block, also in its old form directly under <c>database</c>.</summary>
internal static class DatabaseSection
{
    public static object Read(ConfigSection section)
    {
        section.Ignore("maxIdleConnections", "maxOpenConnections", "connMaxLifeTime", "enableForeignKeyConstraintWhenMigrating");
        if (section.Has("postgres") && section.Has("sqlite"))
            section.Error("sqlite", "there can be only one store: remove database.sqlite or database.postgres");
        if (section.Has("postgres"))
            return Postgres(section.Section("postgres"));
        if (section.Has("host") || section.Has("dbname"))
            return Postgres(section);
        return new SqliteOptions { File = section.Section("sqlite").Text("file", new SqliteOptions().File) };
    }

    private static PostgresOptions Postgres(ConfigSection section)
    {
        section.Ignore("debug", "readReplicaHost");
        var options = new PostgresOptions
        {
            Host = section.Required("host", "the PostgreSQL server's name"),
            Port = section.Number("port", 5432, 1, 65535),
            DbName = section.Required("dbname", "the database's name"),
            Username = section.Required("username", "the database user"),
            Password = Password(section),
            Options = section.Text("options", ""),
            PrepareStatements = section.Flag("prepareStatements", true),
        };
        if (options.FindProblem() is { } problem)
            section.Error("options", problem);
        return options;
    }

    private static SecretRef? Password(ConfigSection section)
    {
        if (section.Text("passwordPath") is { Length: > 0 } path)
        {
            var secret = SecretRef.FromFile(path);
            if (!secret.TryResolve(out _, out var problem))
                section.Warn("passwordPath", problem);
            return secret;
        }

        // Flyte's file has the password itself; it is taken, and never shown.
        return section.Text("password") is { Length: > 0 } password ? SecretRef.FromValue(password) : null;
    }
}
