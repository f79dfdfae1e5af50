using System.Collections.Concurrent;
using Transponder.Core.Delivery;
using Transponder.Core.Diagnostics;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

/// <summary>A timer that was about to ring when its owner ended still rings, on a thread where whatever it throws ends the process.</summary>
public sealed class LateTimerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Timers_AfterTheEngineHasStopped_ThrowNothing()
    {
        using var directory = new TempDirectory();
        await using var store = SqliteStore.Open(new SqliteOptions { File = directory.File("t.db") }, TimeProvider.System);
        await store.MigrateAsync(Token);
        using var metrics = new DeliveryMetrics();
        var late = new LateTimers();
        var environment = new DeliveryEnvironment
        {
            Store = store.Deliveries,
            Channels = new ChannelSet(),
            Metrics = metrics,
            Time = late,
        };

        var engine = new DeliveryEngine(environment);
        engine.Start();
        await engine.DisposeAsync();
        var lease = new DestinationLease
        {
            Id = 1,
            Destination = "hook",
            Channel = "hook",
            Fence = 1,
        };
        var worker = new DestinationWorker(environment, new MessageRenderer(new ExecutionInfoFactory(null)), lease, 0, () => { });
        await worker.StopAsync(TimeSpan.FromSeconds(20));

        Assert.NotEqual(0, late.RingAll());
    }

    /// <summary>The system's clock, whose timers can be rung once more when they are gone.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly ConcurrentBag<Action> rings = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            rings.Add(() => callback(state));
            return base.CreateTimer(callback, state, dueTime, period);
        }

        public int RingAll()
        {
            foreach (var ring in rings)
                ring();
            return rings.Count;
        }
    }
}
