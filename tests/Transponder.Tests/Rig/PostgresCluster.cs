using System.Collections.Concurrent;
using Npgsql;
using Transponder.Tests.Rig;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace Transponder.Tests.Rig;

/// <summary>
/// The one PostgreSQL that the run's tests share, each in a database of its own; started when the first test asks. fsync is off: tests of
/// durability start a <see cref="PostgresServer"/>.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Lazy<Task>> _templates = new();
    private Task<PostgresServer>? _server;

    /// <summary>Makes an empty database and returns its connection string; skips the test when PostgreSQL is not installed.</summary>
    public async Task<string> CreateDatabaseAsync() => await (await ServerAsync()).CreateDatabaseAsync();

    /// <summary>Makes a copy of a template, which the first caller prepares (say, by running the migrations).</summary>
    /// <param name="template">The template's name.</param>
    /// <param name="prepare">Fills the template's database; must close its connections, pooled ones too.</param>
    public async Task<string> CreateDatabaseAsync(string template, Func<string, Task> prepare)
    {
        var server = await ServerAsync();
        await _templates.GetOrAdd(template, name => new Lazy<Task>(() => PrepareAsync(server, name, prepare))).Value;
        return await server.CreateDatabaseAsync(template);
    }

    public async Task<PostgresServer> ServerAsync()
    {
        Task<PostgresServer> server;
        lock (_lock)
            server = _server ??= PostgresServer.StartAsync(fsync: false);
        return await server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsCompletedSuccessfully: true })
            await (await _server).DisposeAsync();
    }

    private static async Task PrepareAsync(PostgresServer server, string template, Func<string, Task> prepare)
    {
        var database = await server.CreateDatabaseAsync(name: template);
        await prepare(database);
        await using var connection = new NpgsqlConnection(database);
        NpgsqlConnection.ClearPool(connection);
    }
}
