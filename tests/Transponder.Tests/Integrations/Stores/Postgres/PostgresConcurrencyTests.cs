using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Postgres;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Postgres;

/// <summary>Several committers, processes and readers on one database.</summary>
[Trait("needs", "servers")]
public sealed class PostgresConcurrencyTests(PostgresCluster cluster)
{
    private const int Executions = 40;
    private const int Batches = 8;
    private const int Rounds = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_ByManyAtOnce_IsDoneByOne()
    {
        var database = await cluster.CreateDatabaseAsync();
        var stores = Enumerable.Range(0, 4).Select(_ => PostgresDatabases.Open(database)).ToArray();

        var applied = await Task.WhenAll(stores.Select(store => store.MigrateAsync(Token)));

        Assert.Contains("0001_initial", Assert.Single(applied, names => names.Count > 0));
        foreach (var store in stores)
        {
            await store.CheckAsync(Token);
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Commit_OverlappingBatchesOfTwoProcesses_NeitherDeadlockNorHideAnEventFromAReader()
    {
        var database = await cluster.CreateDatabaseAsync();
        var (one, other) = (PostgresDatabases.Open(database), PostgresDatabases.Open(database));
        await one.MigrateAsync(Token);
        for (var i = 0; i < Executions; i++)
            await one.Executions.CreateAsync(StoreSamples.Execution($"e{i}"), Token);

        var writing = Task.WhenAll(
            Enumerable.Range(0, Batches).Select(batch => Task.Run(() => CommitAsync(batch % 2 == 0 ? one : other, batch), Token))
        );
        var seen = await PollAsync(one, writing);
        await writing;
        await one.DisposeAsync();
        await other.DisposeAsync();

        var log = (long[])(await PostgresDatabases.RunAsync(database, "SELECT array_agg(position ORDER BY position) FROM events"))!;
        Assert.Equal(log, seen);
        Assert.Equal(Batches * Rounds * Executions / 2, log.Length);
        Assert.Equal(0L, await DeadlocksAsync(database));
    }

    // Reads the log while it is written: what is missed once stays missed.
    private static async Task<List<long>> PollAsync(PostgresStore store, Task writing)
    {
        var seen = new List<long>();
        for (var last = false; ; )
        {
            var page = await store.Events.ReadAsync(seen.Count > 0 ? seen[^1] : 0, null, 100, Token);
            seen.AddRange(page.Select(one => one.Position));
            if (page.Count == 0 && last)
                return seen;
            last = page.Count == 0 && writing.IsCompleted;
        }
    }

    // Half of the executions, others each round, in an order of the batch's own.
    private static async Task CommitAsync(PostgresStore store, int batch)
    {
        var random = new Random(batch);
        for (var round = 0; round < Rounds; round++)
        {
            var keys = new BatchKeys();
            ExecutionKey[] all = [.. Enumerable.Range(0, Executions).Select(i => StoreSamples.Key($"e{i}"))];
            random.Shuffle(all);
            keys.Executions.UnionWith(all.Take(Executions / 2));
            keys.WithClosure.UnionWith(all.Take(3));
            await store.Events.CommitAsync(
                keys,
                state =>
                {
                    var changes = new BatchChanges();
                    foreach (var row in keys.Executions.Select(key => state.Executions[key]))
                    {
                        var cause = StoreSamples.Event(row);
                        changes.Events.Add(cause);
                        changes.Executions.Add(row);
                        changes.Nodes.Add(StoreSamples.Node(new NodeKey(row.Key, "n0")));
                        changes.Deliveries.Add(StoreSamples.Delivery($"{cause.Id}", $"d{random.Next(6)}")(cause));
                    }
                    return changes;
                },
                Token
            );
        }
    }

    // Backends report their statistics when they end.
    private static async Task<object?> DeadlocksAsync(string database)
    {
        await Eventually.TrueAsync(
            async () =>
                await PostgresDatabases.RunAsync(
                    database,
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'transponder'"
                )
                    is 0L,
            "the end of the stores' connections"
        );
        return await PostgresDatabases.RunAsync(database, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
}
