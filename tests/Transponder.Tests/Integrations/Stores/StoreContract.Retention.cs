using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    private static readonly RetentionStep All = new(StoreSamples.Start.AddDays(1), 0, 100);

    [Fact]
    public async Task RemoveEvents_Old_GoInStepsAndTheOthersStay()
    {
        var key = await CreateAsync();
        for (var i = 0; i < 5; i++)
            await AppendAsync(key);

        var young = await Store.Retention.RemoveEventsAsync(All with { Before = StoreSamples.Start }, long.MaxValue, Token);
        var first = await Store.Retention.RemoveEventsAsync(All with { Limit = 3 }, long.MaxValue, Token);
        var second = await Store.Retention.RemoveEventsAsync(All with { Limit = 3, After = first.Reached }, long.MaxValue, Token);

        Assert.Equal((0, true), (young.Removed, young.Done));
        Assert.Equal((3, false), (first.Removed, first.Done));
        Assert.Equal((2, true), (second.Removed, second.Done));
        Assert.Empty(await Store.Events.ReadAsync(0, null, 10, Token));
    }

    [Fact]
    public async Task RemoveEvents_ThatACursorNeeds_Stay()
    {
        var key = await CreateAsync();
        var needed = (await AppendAsync(key), await AppendAsync(key)).Item2;

        var result = await Store.Retention.RemoveEventsAsync(All, needed.Position, Token);

        Assert.Equal((1, true), (result.Removed, result.Done));
        Assert.Equal(needed.Position, Assert.Single(await Store.Events.ReadAsync(0, null, 10, Token)).Position);
    }

    [Fact]
    public async Task RemoveEvents_ThatCausedADelivery_StayAsLongAsIt()
    {
        var key = await CreateAsync();
        await AppendAsync(key);
        await DeliverAsync(key, StoreSamples.Delivery("d1", state: DeliveryState.Suppressed));

        Assert.Equal(1, (await Store.Retention.RemoveEventsAsync(All, long.MaxValue, Token)).Removed);
        Assert.Equal(1, (await Store.Retention.RemoveDeliveriesAsync(All, Token)).Removed);
        Assert.Equal(1, (await Store.Retention.RemoveEventsAsync(All, long.MaxValue, Token)).Removed);
    }

    [Fact]
    public async Task RemoveQuarantined_OldOrTooMuch_TheOldestGoInSteps()
    {
        var key = await CreateAsync();
        await Store.Lanes.RegisterAsync([new("x", FromStart: true)], Token);
        var lease = (await LeaseLanesAsync("a")).Single(one => one.Shard == key.Shard);
        var refused = Enumerable
            .Range(0, 10)
            .Select(i =>
                Refused("x", i) with
                {
                    EventId = Guid.CreateVersion7(),
                    Payload = new byte[100],
                    At = StoreSamples.Start.AddHours(i),
                }
            );
        await Store.Lanes.SaveAsync([Progress(lease, 10) with { Quarantined = [.. refused] }], Token);
        var step = All with { Before = StoreSamples.Start.AddHours(3), Limit = 2 };

        var first = await Store.Retention.RemoveQuarantinedAsync(step, long.MaxValue, Token);
        var second = await Store.Retention.RemoveQuarantinedAsync(step, long.MaxValue, Token);
        var size = await Store.Retention.RemoveQuarantinedAsync(step with { Limit = 100 }, 450, Token);

        Assert.Equal((2, false), (first.Removed, first.Done));
        Assert.Equal((1, true), (second.Removed, second.Done));
        Assert.Equal((3, true), (size.Removed, size.Done));
        Assert.Equal([9, 8, 7, 6], (await Store.Lanes.QuarantineAsync("x", 0, 100, Token)).Select(one => (int)one.Position));
    }

    [Fact]
    public async Task RemoveDeliveries_NotEnded_StayAndAreSent()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("waits"), StoreSamples.Delivery("off", state: DeliveryState.Suppressed));

        var removed = (await Store.Retention.RemoveDeliveriesAsync(All, Token)).Removed;
        await Store.Retention.RemoveEventsAsync(All, long.MaxValue, Token);
        await Store.Retention.RemoveExecutionsAsync(All, Token);

        Assert.Equal(1, removed);
        Assert.Null(await Store.Deliveries.GetAsync("off", Token));
        var lease = Assert.Single(await Store.Deliveries.LeaseAsync("one", TimeSpan.FromMinutes(1), Token));
        Assert.Equal("waits", Assert.Single(await Store.Deliveries.ClaimAsync(lease, 0, StoreSamples.Start, 10, Token)).DeliveryId);
    }

    [Fact]
    public async Task RemoveDeliveries_Ended_GoWithTheirAttempts()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d1"));
        var lease = Assert.Single(await Store.Deliveries.LeaseAsync("one", TimeSpan.FromMinutes(1), Token));
        var claimed = Assert.Single(await Store.Deliveries.ClaimAsync(lease, 0, StoreSamples.Start, 10, Token));
        await Store.Deliveries.RecordAsync(lease, [StoreSamples.Outcome(claimed, DeliveryState.Delivered)], Token);

        Assert.Equal(1, (await Store.Retention.RemoveDeliveriesAsync(All, Token)).Removed);

        Assert.Null(await Store.Deliveries.GetAsync("d1", Token));
    }

    [Fact]
    public async Task RemoveDeliveries_LastOfAThread_TakesTheThreadAlong()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, InLane("d1", "x"), InLane("d2", "x"));
        var lease = Assert.Single(await LeaseAsync("a"));
        var first = Assert.Single(await ClaimAsync(lease));
        await RecordAsync(lease, InLane(first, DeliveryState.Delivered) with { Receipt = "receipt" });

        Assert.Equal(1, (await Store.Retention.RemoveDeliveriesAsync(All, Token)).Removed);
        var second = Assert.Single(await ClaimAsync(lease));
        Assert.Equal("receipt", second.ThreadReceipt);
        await RecordAsync(lease, InLane(second, DeliveryState.Delivered));
        Assert.Equal(1, (await Store.Retention.RemoveDeliveriesAsync(All, Token)).Removed);

        await DeliverAsync(key, InLane("d3", "x"));
        Assert.Null(Assert.Single(await ClaimAsync(lease)).ThreadReceipt);
    }

    [Fact]
    public async Task RemoveExecutions_Ended_GoWholeAndTheirNameIsFree()
    {
        var (ended, running) = (await CreateAsync(), await CreateAsync(StoreSamples.Execution("f2")));
        var node = new NodeKey(ended, "n0");
        await ChangeAsync(
            ended,
            (row, changes) =>
            {
                (row.Phase, row.UpdatedAt) = (WorkflowPhase.Succeeded, StoreSamples.Start);
                changes.Nodes.Add(StoreSamples.Node(node));
            }
        );

        var result = await Store.Retention.RemoveExecutionsAsync(All, Token);

        Assert.Equal((1, true), (result.Removed, result.Done));
        Assert.Null(await Store.Executions.GetAsync(ended, Token));
        Assert.Null(await Store.Executions.GetNodeAsync(node, Token));
        Assert.NotNull(await Store.Executions.GetAsync(running, Token));
        await CreateAsync();
        var again = await AppendAsync(ended);
        Assert.Equal(1, again.Sequence);
        Assert.Null(await Store.Executions.GetNodeAsync(node, Token));
    }

    [Fact]
    public async Task RemoveExecutions_WithMoreNodesThanOneStepTakes_GoInSeveral()
    {
        var key = await CreateAsync();
        await ChangeAsync(
            key,
            (row, changes) =>
            {
                (row.Phase, row.UpdatedAt) = (WorkflowPhase.Aborted, StoreSamples.Start);
                for (var i = 0; i < 25; i++)
                    changes.Nodes.Add(StoreSamples.Node(new NodeKey(key, $"n{i}")));
            }
        );

        var (steps, step) = (0, All with { Limit = 10 });
        for (RetentionResult result; steps < 10; step = step with { After = result.Reached })
        {
            steps++;
            result = await Store.Retention.RemoveExecutionsAsync(step, Token);
            if (result.Done)
                break;
            Assert.NotNull(await Store.Executions.GetAsync(key, Token));
        }

        Assert.Equal(3, steps);
        Assert.Null(await Store.Executions.GetAsync(key, Token));
    }
}
