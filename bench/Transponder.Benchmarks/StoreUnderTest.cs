using Npgsql;
using Transponder.Benchmarks.History;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks;

/// <summary>A store for one measurement: its configuration, and what it needs to run. fsync is on.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private static readonly string[] settings = ["shared_buffers=1GB", "max_wal_size=4GB"];
    private readonly TempDirectory directory = new();
    private readonly PostgresServer? owned;
    private readonly NpgsqlConnectionStringBuilder? database;

    private StoreUnderTest(string name, string? file, PostgresServer? owned, NpgsqlConnectionStringBuilder? database)
    {
        Name = name;
        this.owned = owned;
        this.database = database;
        File = file ?? Path.Combine(directory.Path, "transponder.db");
        Yaml = database is null
            ? $"database: {{ sqlite: {{ file: {File} }} }}"
            : $"database: {{ postgres: {{ host: {database.Host}, port: {database.Port}, dbname: {database.Database}, username: {database.Username} }} }}";
    }

    public string Name { get; }

    /// <summary>The section of the configuration.</summary>
    public string Yaml { get; }

    /// <summary>SQLite's file.</summary>
    public string File { get; }

    /// <summary>A directory that ends with the store.</summary>
    public string Directory => directory.Path;

    /// <summary>SQLite in a new file, or a PostgreSQL of its own.</summary>
    public static async Task<StoreUnderTest> StartAsync(string name)
    {
        if (name == "sqlite")
            return Sqlite();
        var server = await PostgresAsync();
        return new StoreUnderTest(name, null, server, new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()));
    }

    /// <summary>SQLite in a file that outlives it, or in a new one.</summary>
    public static StoreUnderTest Sqlite(string? file = null) => new("sqlite", file, null, null);

    /// <summary>A database of a PostgreSQL that outlives it.</summary>
    public static StoreUnderTest Postgres(PostgresServer server, string database) =>
        new("postgres", null, null, new NpgsqlConnectionStringBuilder(server.ConnectionString(database)));

    /// <summary>A PostgreSQL as every measurement uses it.</summary>
    /// <param name="folder">Where its data stays; null = in a temporary place.</param>
    public static Task<PostgresServer> PostgresAsync(string? folder = null) => PostgresServer.StartAsync(folder, fsync: true, settings);

    /// <summary>The tables themselves, while no server runs on them.</summary>
    public StoreSql OpenSql() =>
        database is null
            ? new SqliteSql(File)
            : new PostgresSql(
                new NpgsqlConnectionStringBuilder(database.ConnectionString)
                {
                    SearchPath = "transponder",
                    CommandTimeout = 0,
                    Pooling = false,
                }.ConnectionString
            );

    public async ValueTask DisposeAsync()
    {
        if (owned is not null)
            await owned.DisposeAsync();
        directory.Dispose();
    }
}
