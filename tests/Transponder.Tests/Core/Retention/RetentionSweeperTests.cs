using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Delivery;
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
    public async Task Sweep_WithoutAges_KeepsEverything()
    {
        await EndedExecutionAsync("f1", events: 3);
        time.Advance(TimeSpan.FromDays(10_000));

        await SweepAsync(new RetentionOptions());

        Assert.Equal(3, (await store.Events.ReadAsync(0, null, 100, Token)).Count);
    }

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

    private async Task SweepAsync(RetentionOptions options)
    {
        var sweeper = new RetentionSweeper(store.Retention, options, time, NullLogger<RetentionSweeper>.Instance);
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
}
