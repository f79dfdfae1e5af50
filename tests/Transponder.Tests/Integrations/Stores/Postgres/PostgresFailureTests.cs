using Npgsql;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Postgres;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Postgres;

/// <summary>What the store says, and keeps, when the database fails at a chosen moment.</summary>
[Trait("needs", "servers")]
public sealed class PostgresFailureTests(PostgresCluster cluster) : IAsyncLifetime
{
    private readonly ExecutionKey _key = StoreSamples.Key("f1");
    private string _database = "";
    private PostgresStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await cluster.CreateDatabaseAsync();
        _store = PostgresDatabases.Open(_database);
        await _store.MigrateAsync(Token);
        await _store.Executions.CreateAsync(StoreSamples.Execution(_key.Name), Token);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Commit_ConnectionKilledBeforeCommit_IsUnavailableStoresNothingAndHeals()
    {
        var failure = await Assert.ThrowsAsync<StoreException>(() => AppendAsync(KillTheTransaction));

        Assert.Equal(StoreFailure.Unavailable, failure.Failure);
        Assert.Equal(1, await AppendAsync());
        Assert.Equal(1, await StoredAsync());
    }

    [Fact]
    public async Task Commit_ConnectionKilledInCommit_IsUnknown()
    {
        await AtCommitAsync("PERFORM pg_terminate_backend(pg_backend_pid());");

        var failure = await Assert.ThrowsAsync<StoreException>(() => AppendAsync());

        Assert.Equal(StoreFailure.Unknown, failure.Failure);
        await PostgresDatabases.RunAsync(_database, "DROP TRIGGER at_commit ON events");
        Assert.Equal(await StoredAsync() + 1, await AppendAsync());
    }

    [Theory]
    [InlineData("53100", StoreFailure.Unavailable)]
    [InlineData("23505", StoreFailure.BadData)]
    [InlineData("57014", StoreFailure.Unavailable)]
    public async Task Commit_RefusedByTheServerInCommit_IsClassifiedByItsStateAndStoredNothing(string state, StoreFailure expected)
    {
        await AtCommitAsync($"RAISE EXCEPTION 'at commit' USING ERRCODE = '{state}';");

        var failure = await Assert.ThrowsAsync<StoreException>(() => AppendAsync());

        Assert.Equal(expected, failure.Failure);
        Assert.Equal(0, await StoredAsync());
    }

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    public async Task Commit_DatabaseAsksForRepetition_DecidesAgainAndCommitsOnce(string state)
    {
        await PostgresDatabases.RunAsync(_database, "CREATE SEQUENCE tries");
        await AtCommitAsync($"IF nextval('transponder.tries') <= 2 THEN RAISE EXCEPTION 'again' USING ERRCODE = '{state}'; END IF;");
        var decisions = 0;

        Assert.Equal(1, await AppendAsync(() => decisions++));

        Assert.Equal(3, decisions);
        Assert.Equal(1, await StoredAsync());
    }

    [Fact]
    public async Task Commit_DatabaseIsReadOnly_IsUnavailableUntilItIsNot()
    {
        await SetAsync("default_transaction_read_only = on");

        Assert.Equal(StoreFailure.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => AppendAsync())).Failure);
        Assert.Equal(StoreFailure.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => _store.CheckAsync(Token))).Failure);

        await SetAsync("default_transaction_read_only = off");
        Assert.Equal(1, await AppendAsync());
        await _store.CheckAsync(Token);
    }

    [Fact]
    public async Task Check_CommitsWouldNotBeDurable_Fails()
    {
        var options = PostgresDatabases.Options(_database) with { Options = "options='-c synchronous_commit=off'" };
        await using var careless = new PostgresStore(options);

        var failure = await Assert.ThrowsAsync<StoreException>(() => careless.CheckAsync(Token));

        Assert.Contains("synchronous_commit is off", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_ServerKilledAndStartedAgain_HealsByItselfAndKeepsWhatWasCommitted()
    {
        await using var server = await PostgresServer.StartAsync(fsync: true);
        await using var store = PostgresDatabases.Open(await server.CreateDatabaseAsync());
        await store.MigrateAsync(Token);
        await store.Executions.CreateAsync(StoreSamples.Execution(_key.Name), Token);
        Assert.Equal(1, await AppendAsync(store));

        await server.KillAsync();
        for (var i = 0; i < 3; i++)
            Assert.Equal(StoreFailure.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => AppendAsync(store))).Failure);
        await server.StartAsync();

        Assert.Equal(2, await AppendAsync(store));
        Assert.Equal([1L, 2L], (await store.Events.ReadAsync(0, null, 10, Token)).Select(one => one.Sequence));
    }

    private Task<long> AppendAsync(Action? whileDeciding = null) => AppendAsync(_store, whileDeciding);

    // Answers the sequence of the event.
    private async Task<long> AppendAsync(PostgresStore store, Action? whileDeciding = null)
    {
        EventRecord? written = null;
        var keys = new BatchKeys();
        keys.Executions.Add(_key);
        await store.Events.CommitAsync(
            keys,
            state =>
            {
                whileDeciding?.Invoke();
                var changes = new BatchChanges();
                changes.Executions.Add(state.Executions[_key]);
                changes.Events.Add(written = StoreSamples.Event(state.Executions[_key]));
                return changes;
            },
            Token
        );
        return written!.Sequence;
    }

    private async Task<long> StoredAsync() => (long)(await PostgresDatabases.RunAsync(_database, "SELECT count(*) FROM events"))!;

    private void KillTheTransaction()
    {
        using var connection = new NpgsqlConnection(_database);
        connection.Open();
        using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid, 25000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'transponder'",
            connection
        );
        command.ExecuteNonQuery();
    }

    // A deferred trigger runs inside COMMIT, after all that can fail has succeeded.
    private Task<object?> AtCommitAsync(string body) =>
        PostgresDatabases.RunAsync(
            _database,
            $"""
            CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION at_commit()
            """
        );

    // The setting holds for new connections; the open ones are ended.
    private async Task SetAsync(string setting)
    {
        var name = new NpgsqlConnectionStringBuilder(_database).Database;
        await PostgresDatabases.RunAsync(_database, $"BEGIN READ WRITE; ALTER DATABASE {name} SET {setting}; COMMIT");
        KillTheTransaction();
        await Assert.ThrowsAnyAsync<StoreException>(() => _store.Catalog.ListProjectsAsync(Token));
    }
}
