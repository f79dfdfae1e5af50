using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Message_OfAnExecution_IsADelivery_ShownAndClaimedWhole()
    {
        var key = await CreateAsync();
        await ChangeAsync(key, (row, _) => (row.Cluster, row.Closure) = ("c1", [7, 7]));

        Assert.Equal(2, await Store.Deliveries.AddAsync(Said(key, "m1", "m2"), Token));

        await ReopenAsync();
        var stored = await Store.Deliveries.GetAsync("m1", Token);
        Assert.Equal((key, NewDelivery.FromTask, "ann"), (stored!.Execution, stored.Notification, stored.Sender));
        Assert.Equal(("slack", "#m1", "oncall", "slack:#m1"), (stored.Channel, stored.Target, stored.Address, stored.Destination));
        Assert.Equal((DeliveryState.Pending, DeliveryReason.Ok, StoreSamples.Start), (stored.State, stored.Reason, stored.CreatedAt));
        var lease = (await LeaseAsync("a")).Single(one => one.Destination == "slack:#m1");
        var claimed = Assert.Single(await ClaimAsync(lease));
        Assert.Equal(("m1", key, "c1", "lane"), (claimed.DeliveryId, claimed.Execution, claimed.Cluster, claimed.Lane));
        Assert.Equal([1, 2, 0, 3], claimed.Content!);
        Assert.Empty(claimed.Event);
        Assert.Equal([7, 7], claimed.Closure);
        Assert.Equal([1, 0, 2], claimed.Spec);
    }

    [Fact]
    public async Task Message_Again_IsStoredOnce()
    {
        var key = await CreateAsync();
        await Store.Deliveries.AddAsync(Said(key, "m1"), Token);

        Assert.Equal(0, await Store.Deliveries.AddAsync(Said(key, "m1"), Token));
        Assert.Equal(1, await Store.Deliveries.AddAsync(Said(key, "m1", "m2"), Token));

        Assert.Equal(["m1", "m2"], (await Store.Deliveries.ForExecutionAsync(key, Token)).Select(one => one.DeliveryId));
    }

    [Fact]
    public async Task Message_OfAnUnknownExecution_IsNotStored()
    {
        var key = await CreateAsync();

        Assert.Null(await Store.Deliveries.AddAsync(Said(key with { Name = "nobody" }, "m1"), Token));

        Assert.Null(await Store.Deliveries.GetAsync("m1", Token));
    }

    [Fact]
    public async Task Message_ManyAtOnce_AreAllStoredAndClaimedOnce()
    {
        var key = await CreateAsync();
        var lease = await FirstLeaseAsync(key);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Store.Deliveries.AddAsync(OnOne(key, $"m{i}"), Token)));

        var claimed = new List<string>();
        var watermark = 0L;
        while (await ClaimAsync(lease, watermark, limit: 7) is { Count: > 0 } page)
        {
            claimed.AddRange(page.Select(one => one.DeliveryId));
            watermark = page.Max(one => one.RowId);
        }
        Assert.Equal(41, claimed.Distinct().Count());
        Assert.Equal(41, claimed.Count);
    }

    private async Task<DestinationLease> FirstLeaseAsync(ExecutionKey key)
    {
        await Store.Deliveries.AddAsync(OnOne(key, "first"), Token);
        return Assert.Single(await LeaseAsync("a"));
    }

    private static TaskMessage OnOne(ExecutionKey key, string id) =>
        Said(key) with
        {
            Deliveries = [new TaskDelivery(id, "hook", null, "hook", "hook")],
        };

    private static TaskMessage Said(ExecutionKey key, params IEnumerable<string> ids) =>
        new()
        {
            Execution = key,
            Content = [1, 2, 0, 3],
            Sender = "ann",
            CreatedAt = StoreSamples.Start,
            Deliveries = [.. ids.Select(id => new TaskDelivery(id, "slack", $"#{id}", "oncall", $"slack:#{id}") { Lane = "lane" })],
        };
}
