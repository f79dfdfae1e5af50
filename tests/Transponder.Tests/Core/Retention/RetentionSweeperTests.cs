using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Delivery;
using Transponder.Core.Egress;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Retention;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Tests.Integrations.Stores;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Retention;

public sealed class RetentionSweeperTests : IAsyncLifetime
{
    private static readonly RetentionOptions Month = new()
    {
        Events = TimeSpan.FromDays(30),
        Deliveries = TimeSpan.FromDays(30),
        Executions = TimeSpan.FromDays(90),
        Batch = 10,
    };

    private readonly TempDirectory folder = new();
    private readonly FakeTimeProvider time = new(StoreSamples.Start);
    private SqliteStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        store = SqliteStore.Open(new SqliteOptions { File = folder.File("t.db") }, time);
        await store.MigrateAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Sweep_AsTimePasses_RemovesEachKindAtItsAge()
    {
        await EndedExecutionAsync("f1", events: 25);

        Assert.Equal((25, true, true), await AfterDaysAsync(29));
        Assert.Equal((0, false, true), await AfterDaysAsync(2));
        Assert.Equal((0, false, true), await AfterDaysAsync(50));
        Assert.Equal((0, false, false), await AfterDaysAsync(10));
    }

    [Fact]
    public async Task Sweep_Quarantine_GoesByItsOwnAgeAndSize()
    {
        await store.Lanes.RegisterAsync([new("sink", FromStart: true)], Token);
        var lease = (await store.Lanes.LeaseAsync("owner", ["sink"], TimeSpan.FromMinutes(1), Token))[0];
        foreach (var position in new[] { 1L, 2L })
        {
            var refused = new QuarantinedRecord(0, "sink", position, Guid.NewGuid(), "p/d/n", "no", [1, 2, 3], time.GetUtcNow());
            await store.Lanes.SaveAsync([new LaneProgress(lease, position, [], [], [refused])], Token);
            time.Advance(TimeSpan.FromDays(20));
        }

        await SweepAsync(Month);
        Assert.Equal([2, 1], await QuarantinedAsync());
        await SweepAsync(new RetentionOptions { Quarantine = TimeSpan.FromDays(30), QuarantineBytes = 3 });
        Assert.Equal([2], await QuarantinedAsync());
        await SweepAsync(new RetentionOptions { QuarantineBytes = 2 });
        Assert.Empty(await QuarantinedAsync());
    }

    [Fact]
    public async Task Sweep_WithoutAges_KeepsEverything()
    {
        await EndedExecutionAsync("f1", events: 3);
        time.Advance(TimeSpan.FromDays(10_000));

        await SweepAsync(new RetentionOptions());

        Assert.Equal(3, (await store.Events.ReadAsync(0, null, 100, Token)).Count);
    }

    [Fact]
    public async Task Sweep_BehindASlowSink_WaitsForItUpToTheLimit()
    {
        await store.Lanes.RegisterAsync([new("slow", FromStart: true), new("gone", FromStart: true)], Token);
        await EndedExecutionAsync("f1", events: 5);
        await EndedExecutionAsync("f2", events: 25);
        var shard = StoreSamples.Key("f1").Shard;
        Assert.NotEqual(shard, StoreSamples.Key("f2").Shard);
        var leases = await store.Lanes.LeaseAsync("a", ["slow"], TimeSpan.FromMinutes(1), Token);
        await store.Lanes.SaveAsync(
            [.. leases.Where(lease => lease.Shard != shard).Select(lease => new LaneProgress(lease, 30, [], [], []))],
            Token
        );
        await store.Lanes.SaveAsync([new LaneProgress(leases.Single(lease => lease.Shard == shard), 3, [], [], [])], Token);
        var hold = new LogHold(store.Lanes, ["slow"], new EgressOptions { Retention = TimeSpan.FromDays(50) });
        var log = new Lines();

        time.Advance(TimeSpan.FromDays(100));
        await SweepAsync(
            Month with
            {
                Executions = TimeSpan.FromDays(30),
            },
            hold with
            {
                Options = new() { Retention = TimeSpan.FromDays(200) },
            },
            log
        );
        Assert.Equal(27, (await store.Events.ReadAsync(0, null, 100, Token)).Count);
        Assert.NotNull(await store.Executions.GetAsync(StoreSamples.Key("f1"), Token));
        Assert.Empty(log.Errors);

        await SweepAsync(Month, hold, log);
        Assert.Empty(await store.Events.ReadAsync(0, null, 100, Token));
        Assert.Contains("Sink slow has lost 2 events", Assert.Single(log.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweep_OfAStoreThatIsTooLarge_HoldsNothingBack()
    {
        await store.Lanes.RegisterAsync([new("slow", FromStart: true)], Token);
        await EndedExecutionAsync("f1", events: 5);
        time.Advance(TimeSpan.FromDays(31));
        var hold = new LogHold(store.Lanes, ["slow"], new EgressOptions { Retention = TimeSpan.FromDays(50), MaxStoreBytes = 1L << 40 });

        await SweepAsync(Month, hold);
        Assert.Equal(5, (await store.Events.ReadAsync(0, null, 100, Token)).Count);
        await SweepAsync(Month, hold with { Options = hold.Options with { MaxStoreBytes = 1000 } });
        Assert.Empty(await store.Events.ReadAsync(0, null, 100, Token));
    }

    [Fact]
    public async Task Sweep_WithSinksThatAreNotConfigured_HoldsNothingBack()
    {
        await store.Lanes.RegisterAsync([new("gone", FromStart: true)], Token);
        await EndedExecutionAsync("f1", events: 5);
        time.Advance(TimeSpan.FromDays(31));

        await SweepAsync(Month, new LogHold(store.Lanes, ["other"], new EgressOptions()));

        Assert.Empty(await store.Events.ReadAsync(0, null, 100, Token));
    }

    [Fact]
    public async Task Run_AsTheStoreFills_AlarmsOnceAndSaysWhenThereIsRoom()
    {
        var log = new Lines();
        var sweeper = new RetentionSweeper(store.Retention, new RetentionOptions(), time, log)
        {
            Hold = new LogHold(store.Lanes, [], new EgressOptions { MaxStoreBytes = 1000 }),
        };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = sweeper.RunAsync(ending.Token);
        await AdvanceUntilAsync(() => log.Warnings.Length > 0, "the alarm");
        Assert.Contains("egress.maxStoreSize", Assert.Single(log.Warnings), StringComparison.Ordinal);

        sweeper.Hold = sweeper.Hold with { Options = new EgressOptions { MaxStoreBytes = 1L << 40 } };
        await AdvanceUntilAsync(() => log.Has("has room again"), "the end of the alarm");

        Assert.Single(log.Warnings);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task<IEnumerable<long>> QuarantinedAsync() =>
        (await store.Lanes.QuarantineAsync("sink", 0, 10, Token)).Select(one => one.Position);

    private Task AdvanceUntilAsync(Func<bool> condition, string what) =>
        Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return condition();
            },
            what
        );

    private async Task<(int Events, bool Delivery, bool Execution)> AfterDaysAsync(int days)
    {
        time.Advance(TimeSpan.FromDays(days));
        await SweepAsync(Month);
        var events = await store.Events.ReadAsync(0, null, 100, Token);
        return (
            events.Count,
            await store.Deliveries.GetAsync("f1", Token) is not null,
            await store.Executions.GetAsync(StoreSamples.Key("f1"), Token) is not null
        );
    }

    private async Task SweepAsync(RetentionOptions options, LogHold? hold = null, ILogger<RetentionSweeper>? log = null)
    {
        var sweeper = new RetentionSweeper(store.Retention, options, time, log ?? NullLogger<RetentionSweeper>.Instance) { Hold = hold };
        var sweep = sweeper.SweepAsync(Token);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return sweep.IsCompleted;
            },
            "the end of the sweep"
        );
        await sweep;
    }

    private async Task EndedExecutionAsync(string name, int events)
    {
        Assert.True(await store.Executions.CreateAsync(StoreSamples.Execution(name), Token));
        var key = StoreSamples.Key(name);
        var keys = new BatchKeys();
        keys.Executions.Add(key);
        keys.WithClosure.Add(key);
        await store.Events.CommitAsync(
            keys,
            state =>
            {
                var (row, changes) = (state.Executions[key], new BatchChanges());
                changes.Executions.Add(row);
                for (var i = 0; i < events; i++)
                    changes.Events.Add(StoreSamples.Event(row, EventKind.Workflow));
                (row.Phase, row.UpdatedAt) = (WorkflowPhase.Succeeded, StoreSamples.Start);
                changes.Deliveries.Add(StoreSamples.Delivery(name, state: DeliveryState.Suppressed)(changes.Events[^1]));
                return changes;
            },
            Token
        );
    }

    private sealed class Lines : ILogger<RetentionSweeper>
    {
        private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

        public string[] Errors => Of(LogLevel.Error);

        public string[] Warnings => Of(LogLevel.Warning);

        public bool Has(string text) => this.lines.Any(line => line.Text.Contains(text, StringComparison.Ordinal));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => this.lines.Enqueue((logLevel, formatter(state, exception)));

        private string[] Of(LogLevel level) => [.. this.lines.Where(line => line.Level == level).Select(line => line.Text)];
    }
}
