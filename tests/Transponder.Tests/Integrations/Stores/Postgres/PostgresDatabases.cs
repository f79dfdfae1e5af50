using Npgsql;
using Transponder.Integrations.Stores.Postgres;

namespace Transponder.Tests.Integrations.Stores.Postgres;

/// <summary>The store's options, and plain SQL, from the rig's connection strings.</summary>
internal static class PostgresDatabases
{
    public static PostgresStore Open(string database) => new(Options(database));

    public static PostgresOptions Options(string database)
    {
        var connection = new NpgsqlConnectionStringBuilder(database);
        return new PostgresOptions
        {
            Host = connection.Host!,
            Port = connection.Port,
            DbName = connection.Database!,
            Username = connection.Username!,
            Options = "sslmode=disable connect_timeout=60",
        };
    }

    /// <summary>Runs one statement beside the store, and answers its first value.</summary>
    public static async Task<object?> RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database)
            {
                Pooling = false,
                SearchPath = "transponder",
                Timeout = 60,
                CommandTimeout = 120,
            }.ConnectionString
        );
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
