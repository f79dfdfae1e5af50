using Npgsql;
using Xunit;

namespace Transponder.Tests.Rig;

[Trait("needs", "servers")]
public sealed class PostgresClusterTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Database_FromATemplate_HoldsWhatTheTemplateHolds()
    {
        Func<string, Task> prepare = database => RunAsync(database, "CREATE TABLE here (it text)");

        var one = await cluster.CreateDatabaseAsync("rig_template", prepare);
        var other = await cluster.CreateDatabaseAsync("rig_template", prepare);
        await RunAsync(one, "INSERT INTO here VALUES ('is')");

        Assert.Equal(1L, await RunAsync(one, "SELECT count(*) FROM here"));
        Assert.Equal(0L, await RunAsync(other, "SELECT count(*) FROM here"));
    }

    [Fact]
    public async Task Server_KilledAndStarted_HasWhatWasCommitted()
    {
        await using var server = await PostgresServer.StartAsync(fsync: true);
        var database = await server.CreateDatabaseAsync();
        await RunAsync(database, "CREATE TABLE here AS SELECT 1 AS it");

        await server.KillAsync();
        await server.StartAsync();

        await using var connection = new NpgsqlConnection(database);
        NpgsqlConnection.ClearPool(connection);
        Assert.Equal(1L, await RunAsync(database, "SELECT count(*) FROM here"));
        Assert.Equal("on", await RunAsync(database, "SHOW fsync"));
    }

    private static async Task<object?> RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
