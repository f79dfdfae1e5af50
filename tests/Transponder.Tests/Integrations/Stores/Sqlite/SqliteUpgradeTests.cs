using SQLitePCL;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Sqlite;

public sealed class SqliteUpgradeTests
{
    [Fact]
    public async Task Catalog_OfTheFirstSchema_SurvivesMigration()
    {
        using var folder = new TempDirectory();
        var file = folder.File("t.db");
        await using (var fresh = SqliteStore.Open(new SqliteOptions { File = folder.File("other.db") }, TimeProvider.System))
            await fresh.MigrateAsync(TestContext.Current.CancellationToken);
        var initial = await File.ReadAllTextAsync(
            Repository.File("src/Transponder.Integrations/Stores/Sqlite/Migrations/0001_initial.sql"),
            TestContext.Current.CancellationToken
        );
        var start = (StoreSamples.Start - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        Execute(
            file,
            $"""
            CREATE TABLE schema_migrations (name TEXT NOT NULL PRIMARY KEY, applied_at INTEGER NOT NULL);
            INSERT INTO schema_migrations (name, applied_at) VALUES ('0001_initial', 0);
            {initial}
            {EarlierCatalog.Insert(bytes => $"X'{Convert.ToHexString(bytes)}'", $"{start}", "0")}
            """
        );

        await using var store = SqliteStore.Open(new SqliteOptions { File = file }, TimeProvider.System);
        await EarlierCatalog.AssertSurvivesAsync(store);
    }

    // The library is set up by the store that was opened before.
    internal static void Execute(string file, string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(file, out var database));
        using (database)
            Assert.True(raw.sqlite3_exec(database, sql) == raw.SQLITE_OK, raw.sqlite3_errmsg(database).utf8_to_string());
    }
}
