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

    [Fact]
    public async Task Log_InOneTable_BecomesTheFirstPartitionWithItsRowsWhereTheyAre()
    {
        var database = await cluster.CreateDatabaseAsync();
        await MigrateBelowAsync(database, "0015");
        await PostgresDatabases.RunAsync(
            database,
            """
            INSERT INTO events
                (id, execution_id, shard, kind, phase, sequence, occurred_at, received_at, request, scope_project, scope_domain, scope_name)
            SELECT gen_random_uuid(), -1, n % 16, 5, 1, n, now(), now(), '\x00', 'p', 'd', 'n' FROM generate_series(1, 1000) n
            """
        );
        // A transaction that was rolled back has taken some.
        await PostgresDatabases.RunAsync(database, "SELECT nextval('events_position_seq') FROM generate_series(1, 5)");
        var files = "SELECT string_agg(pg_relation_filenode(oid)::text, ' ' ORDER BY relkind DESC, relname LIKE '%pkey') FROM pg_class";
        var before = await PostgresDatabases.RunAsync(
            database,
            files + " WHERE relname IN ('events', 'events_pkey', 'events_by_shard') AND relnamespace = 'transponder'::regnamespace"
        );

        await using var store = PostgresDatabases.Open(database);
        Assert.Contains("0015_event_partitions", await store.MigrateAsync(TestContext.Current.CancellationToken));
        var after = await PostgresDatabases.RunAsync(
            database,
            files + " WHERE relname IN ('events_0', 'events_0_pkey', 'events_0_by_shard') AND relnamespace = 'transponder'::regnamespace"
        );

        Assert.Equal(before, after);
        Assert.Equal(
            3L,
            await PostgresDatabases.RunAsync(
                database,
                "SELECT count(*) FROM pg_index WHERE indrelid = 'events_0'::regclass OR indexrelid = 'events_pkey'::regclass"
            )
        );
        Assert.True(await store.Executions.CreateAsync(StoreSamples.Execution(), TestContext.Current.CancellationToken));
        var next = await PostgresDatabases.RunAsync(
            database,
            """
            INSERT INTO events (id, execution_id, shard, kind, phase, sequence, occurred_at, received_at, request)
            SELECT gen_random_uuid(), id, 1, 1, 1, 1, now(), now(), '\x00' FROM executions
            RETURNING position || ' in ' || tableoid::regclass
            """
        );
        Assert.Equal("1006 in events_1006", next);
        Assert.Equal(1001, (await store.Events.ReadAsync(0, null, 2000, TestContext.Current.CancellationToken)).Count);
        Assert.Equal((1, 1006), await store.Events.BoundsAsync(TestContext.Current.CancellationToken));
    }

    private static async Task MigrateBelowAsync(string database, string number)
    {
        await PostgresDatabases.RunAsync(
            database,
            """
            CREATE SCHEMA transponder;
            CREATE TABLE transponder.schema_migrations (
                name text COLLATE "C" PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
            );
            """
        );
        foreach (
            var script in Directory
                .GetFiles(Repository.File("src/Transponder.Integrations/Stores/Postgres/Migrations"))
                .Order(StringComparer.Ordinal)
        )
        {
            var name = Path.GetFileNameWithoutExtension(script);
            if (string.CompareOrdinal(name, number) >= 0)
                break;
            await PostgresDatabases.RunAsync(database, await File.ReadAllTextAsync(script, TestContext.Current.CancellationToken));
            await PostgresDatabases.RunAsync(database, $"INSERT INTO schema_migrations (name) VALUES ('{name}')");
        }
    }
}
