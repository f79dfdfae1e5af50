using Microsoft.Extensions.Logging;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Sqlite;

/// <summary>What SQLite promises beyond the contract: one process, durable commits, a log that stays small.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => _folder.File("deep/er/transponder.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_FirstTime_CreatesTheFolderAndCommitsDurably()
    {
        await using var store = await OpenAsync();

        Assert.True(System.IO.File.Exists(File));
        Assert.StartsWith("journal_mode=wal synchronous=2 wal_autocheckpoint=1000", store.Durability);
        Assert.Contains(File, store.Description);
    }

    [Fact]
    public async Task Open_SecondTime_SaysThatItIsInUse()
    {
        await using (await OpenAsync())
        {
            var failure = Assert.Throws<StoreException>(() => Open());
            Assert.Equal(StoreFailure.Unavailable, failure.Failure);
            Assert.Contains("in use by another process", failure.Message);
        }
        await using var again = await OpenAsync();
    }

    [Fact]
    public async Task Open_AfterTheHolderWasKilled_Succeeds()
    {
        await (await OpenAsync()).DisposeAsync();
        await using (var holder = ChildProcess.Start("flock", ["-F", "-x", File + ".lock", "sh", "-c", "echo held; exec sleep 600"]))
        {
            await holder.LineAsync("held");
            Assert.Throws<StoreException>(() => Open());
            holder.Kill();
            await holder.ExitAsync();
        }

        Assert.True(System.IO.File.Exists(File + ".lock"));
        await using var store = await OpenAsync();
    }

    [Fact]
    public void Open_FileIsNoDatabase_IsUnavailableAndTouchesNothing()
    {
        var text = new string('x', 8192);
        var file = _folder.Write("not.db", text);

        var failure = Assert.Throws<StoreException>(() => SqliteStore.Open(new SqliteOptions { File = file }, TimeProvider.System));

        Assert.Equal(StoreFailure.Unavailable, failure.Failure);
        Assert.Equal(text, System.IO.File.ReadAllText(file));
    }

    [Fact]
    public async Task Close_WithWritesWaiting_FinishesThemFirst()
    {
        var store = await OpenAsync();
        var writes = Enumerable.Range(0, 300).Select(i => store.Executions.CreateAsync(StoreSamples.Execution($"e{i}"), Token)).ToList();

        await store.DisposeAsync();

        Assert.All(await Task.WhenAll(writes), Assert.True);
        await Assert.ThrowsAsync<StoreException>(() => store.Executions.CreateAsync(StoreSamples.Execution(), Token));
        await Assert.ThrowsAsync<StoreException>(() => store.Executions.GetAsync(StoreSamples.Key("e1"), Token));
        await using var again = await OpenAsync();
        Assert.NotNull(await again.Executions.GetAsync(StoreSamples.Key("e299"), Token));
    }

    [Fact]
    public async Task Log_UnderWritesAndReads_StaysSmall()
    {
        await using var store = await OpenAsync();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntilAsync(store, reading.Token), Token)).ToList();

        var largest = 0L;
        for (var round = 0; round < 40; round++)
        {
            var prefix = $"r{round}-";
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i => store.Executions.CreateAsync(Large($"{prefix}{i}"), Token)));
            largest = Math.Max(largest, store.WalBytes);
        }
        await reading.CancelAsync();
        await Task.WhenAll(readers);

        Assert.InRange(largest, 1, 32L * 1024 * 1024);
        Assert.True(new FileInfo(File).Length > 30L * 1024 * 1024);
    }

    [Fact]
    public async Task Log_AboveTheAlarm_WarnsOnce()
    {
        var warnings = new Warnings();
        await using var store = SqliteStore.Open(new SqliteOptions { File = File, WalAlarmBytes = 4096 }, TimeProvider.System, warnings);
        await store.MigrateAsync(Token);
        await store.CheckAsync(Token);
        await store.CheckAsync(Token);

        await Eventually.TrueAsync(() => warnings.Count > 0, "a warning");
        Assert.Equal(1, warnings.Count);
    }

    [Fact]
    public async Task Lease_AfterARestart_IsTakenAtOnce()
    {
        var store = await OpenAsync();
        await store.Executions.CreateAsync(StoreSamples.Execution(), Token);
        var keys = new BatchKeys();
        keys.Executions.Add(StoreSamples.Key("f1"));
        await store.Events.CommitAsync(
            keys,
            state =>
            {
                var changes = new BatchChanges();
                changes.Events.Add(StoreSamples.Event(state.Executions[StoreSamples.Key("f1")]));
                changes.Deliveries.Add(StoreSamples.Delivery("d1")(changes.Events[0]));
                return changes;
            },
            Token
        );
        var lease = Assert.Single(await store.Deliveries.LeaseAsync("a", TimeSpan.FromHours(1), Token));
        Assert.Single(await store.Deliveries.ClaimAsync(lease, 0, StoreSamples.Start, 10, Token));
        await store.DisposeAsync();

        await using var again = await OpenAsync();
        var taken = Assert.Single(await again.Deliveries.LeaseAsync("b", TimeSpan.FromHours(1), Token));

        Assert.Equal(1, taken.Interrupted);
        Assert.True(taken.Fence > lease.Fence);
    }

    private static Transponder.Core.Executions.NewExecution Large(string name) =>
        StoreSamples.Execution(name) with
        {
            Spec = new byte[10_000],
        };

    private static async Task ReadUntilAsync(SqliteStore store, CancellationToken token)
    {
        while (!token.IsCancellationRequested)
            await store.Executions.ListAsync(
                new()
                {
                    Project = "flytesnacks",
                    Domain = "development",
                    Limit = 20,
                },
                CancellationToken.None
            );
    }

    private SqliteStore Open() => SqliteStore.Open(new SqliteOptions { File = File }, TimeProvider.System);

    private async Task<SqliteStore> OpenAsync()
    {
        var store = Open();
        await store.MigrateAsync(Token);
        return store;
    }

    private sealed class Warnings : ILogger<SqliteStore>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel >= LogLevel.Warning)
                Interlocked.Increment(ref _count);
        }
    }
}
