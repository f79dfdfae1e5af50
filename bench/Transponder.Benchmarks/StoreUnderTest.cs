using Transponder.Tests.Rig;

namespace Transponder.Benchmarks;

/// <summary>A store for one measurement: its configuration, and what it needs to run. fsync is on.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private readonly TempDirectory directory = new();
    private readonly PostgresServer? postgres;

    private StoreUnderTest(string name, PostgresServer? postgres, Npgsql.NpgsqlConnectionStringBuilder? database)
    {
        Name = name;
        this.postgres = postgres;
        File = Path.Combine(directory.Path, "transponder.db");
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

    public static async Task<StoreUnderTest> StartAsync(string name)
    {
        if (name == "sqlite")
            return new StoreUnderTest(name, null, null);
        var server = await PostgresServer.StartAsync(fsync: true, "shared_buffers=1GB", "max_wal_size=4GB");
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync());
        return new StoreUnderTest(name, server, connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        directory.Dispose();
    }
}
