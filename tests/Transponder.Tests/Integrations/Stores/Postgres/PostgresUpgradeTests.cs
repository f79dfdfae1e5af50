using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Postgres;

[Trait("needs", "servers")]
public sealed class PostgresUpgradeTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Catalog_OfTheFirstSchema_SurvivesMigration()
    {
        var database = await cluster.CreateDatabaseAsync();
        var initial = await File.ReadAllTextAsync(
            Repository.File("src/Transponder.Integrations/Stores/Postgres/Migrations/0001_initial.sql"),
            TestContext.Current.CancellationToken
        );
        await PostgresDatabases.RunAsync(
            database,
            """
            CREATE SCHEMA transponder;
            CREATE TABLE transponder.schema_migrations (
                name text COLLATE "C" PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
            );
            INSERT INTO transponder.schema_migrations (name) VALUES ('0001_initial');
            """
        );
        await PostgresDatabases.RunAsync(database, initial);
        var rows = EarlierCatalog.Insert(
            bytes => $"decode('{Convert.ToHexString(bytes)}', 'hex')",
            $"timestamptz '{StoreSamples.Start:O}'",
            "false"
        );
        await PostgresDatabases.RunAsync(database, rows);

        await using var store = PostgresDatabases.Open(database);
        await EarlierCatalog.AssertSurvivesAsync(store);
    }
}
