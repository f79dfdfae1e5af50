using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Postgres;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Postgres;

/// <summary>From an empty database that nobody has analysed, no hot path may read a table from end to end.</summary>
[Trait("needs", "servers")]
public sealed class PostgresPlanTests(PostgresCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A crowd that waits on a destination of its own must not cost the others anything.
    private const string DeadDestination = """
        WITH dead AS (INSERT INTO destinations (key, channel, owner, lease_until) VALUES ('dead', 'email', 'b', 'infinity') RETURNING id)
        INSERT INTO deliveries
            (delivery_id, execution_id, event_position, phase, notification, channel, address, destination_id, state, reason,
             created_at, active_since, updated_at)
        SELECT 'dead' || n, 1, 1, 4, 0, 'email', 'a', dead.id, 1, 0, now(), now(), now() FROM dead, generate_series(1, 50000) n
        """;

    [Fact]
    public async Task HotPaths_WithoutStatistics_GoByIndex()
    {
        var database = await cluster.CreateDatabaseAsync();
        await using (var store = PostgresDatabases.Open(database))
        {
            await store.MigrateAsync(Token);
            await PostgresDatabases.RunAsync(
                database,
                """
                DO $$ DECLARE name text; BEGIN
                    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'transponder'::regnamespace AND relkind = 'r' LOOP
                        EXECUTE format('ALTER TABLE transponder.%I SET (autovacuum_enabled = off)', name);
                    END LOOP;
                END $$
                """
            );
            for (var i = 0; i < 100; i++)
                await store.Executions.CreateAsync(StoreSamples.Execution($"e{i}"), Token);
            for (var batch = 0; batch < 30; batch++)
                await CommitAsync(store, batch);
            await PostgresDatabases.RunAsync(database, DeadDestination);
            await DeliverAsync(store);
            await SendAsync(store);
        }

        var scanned = await PostgresDatabases.RunAsync(
            database,
            """
            SELECT string_agg(relname || ' ' || seq_tup_read, ', ') FROM pg_stat_user_tables
            WHERE seq_tup_read > 0 AND relname NOT IN ('schema_migrations', 'destinations', 'lanes', 'lane_owners', 'events_removed')
            """
        );
        Assert.Equal(DBNull.Value, scanned);
    }

    private static Task CommitAsync(PostgresStore store, int batch)
    {
        var keys = new BatchKeys();
        for (var i = 0; i < 100; i++)
        {
            var key = StoreSamples.Key($"e{i}");
            keys.Executions.Add(key);
            keys.Nodes.Add(new NodeKey(key, $"n{batch}"));
            keys.Tasks.Add(new TaskKey(new NodeKey(key, "n0"), new EntityKey("p", "d", "t", "v"), (uint)batch));
        }
        keys.WithClosure.Add(StoreSamples.Key($"e{batch}"));
        return store.Events.CommitAsync(
            keys,
            state =>
            {
                var changes = new BatchChanges();
                foreach (var row in state.Executions.Values)
                {
                    var cause = StoreSamples.Event(row);
                    changes.Events.Add(cause);
                    changes.Executions.Add(row);
                    changes.Nodes.Add(StoreSamples.Node(new NodeKey(row.Key, $"n{batch}")));
                    if (row.Closure is not null)
                        changes.Deliveries.Add(StoreSamples.Delivery($"{cause.Id}")(cause));
                }
                return changes;
            },
            Token
        );
    }

    private static async Task DeliverAsync(PostgresStore store)
    {
        var lease = Assert.Single(await store.Deliveries.LeaseAsync("a", TimeSpan.FromMinutes(1), Token));
        for (var watermark = 0L; ; )
        {
            var claimed = await store.Deliveries.ClaimAsync(lease, watermark, StoreSamples.Start, 2, Token);
            if (claimed.Count == 0)
                break;
            watermark = claimed.Max(one => one.RowId);
            await store.Deliveries.RecordAsync(
                lease,
                [.. claimed.Select(one => StoreSamples.Outcome(one, DeliveryState.Retrying, StoreSamples.Start.AddDays(1)))],
                Token
            );
            await store.Deliveries.FindWorkAsync("a", StoreSamples.Start, Token);
        }
        for (var after = 0L; after < 3_000; after += 500)
            await store.Events.ReadAsync(after, 3, 50, Token);
    }

    private static async Task SendAsync(PostgresStore store)
    {
        await store.Lanes.RegisterAsync([new("x", FromStart: true), new("y", FromStart: false)], Token);
        var leases = await store.Lanes.LeaseAsync("a", ["x", "y"], TimeSpan.FromMinutes(1), Token);
        foreach (var lease in leases)
        {
            var held = new HeldExecution(lease.Shard, 10, 1, StoreSamples.Start, StoreSamples.Start, "why");
            await store.Lanes.SaveAsync([new LaneProgress(lease, 1000, [held], [], [])], Token);
            await store.Lanes.HeldAsync(lease.Sink, lease.Shard, Token);
        }
        await store.Lanes.ProgressAsync(Token);
        await store.Retention.RemoveEventsAsync(new RetentionStep(StoreSamples.Start.AddDays(1), 0, 100), long.MaxValue, Token);
    }
}
