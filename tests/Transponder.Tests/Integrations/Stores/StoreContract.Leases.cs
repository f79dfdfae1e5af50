using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Lease_FreeDestinations_AreTakenOnceAndRenewed()
    {
        await DeliverAsync(
            await CreateAsync(),
            StoreSamples.Delivery("d1", "email"),
            StoreSamples.Delivery("d2", "slack", channel: "chat")
        );

        var first = await LeaseAsync("a");
        var second = await LeaseAsync("a");

        Assert.Equal(["email", "slack"], first.Select(lease => lease.Destination).Order());
        Assert.Equal("chat", first.Single(lease => lease.Destination == "slack").Channel);
        Assert.Equal(first.Select(lease => (lease.Id, lease.Fence)).Order(), second.Select(lease => (lease.Id, lease.Fence)).Order());
        Assert.Empty(await LeaseAsync("b"));
    }

    [Fact]
    public async Task Lease_Released_GoesToTheNextWithALaterFence()
    {
        await DeliverAsync(await CreateAsync(), StoreSamples.Delivery("d1"));
        var old = Assert.Single(await LeaseAsync("a"));
        await Store.Deliveries.SaveSnapshotAsync(old, "{\"open\":true}", Token);

        await Store.Deliveries.ReleaseAsync("a", Token);

        var lease = Assert.Single(await LeaseAsync("b"));
        Assert.True(lease.Fence > old.Fence);
        Assert.Equal("{\"open\":true}", lease.Snapshot);
        Assert.Equal(0, lease.Interrupted);
        await Store.Deliveries.SaveSnapshotAsync(old, "too late", Token);
        Assert.Equal("{\"open\":true}", Assert.Single(await LeaseAsync("b")).Snapshot);
        Assert.Empty(await LeaseAsync("a"));
    }

    [Fact]
    public async Task Lease_Expired_ChangesHandsAndTheOldOwnerIsFenced()
    {
        await DeliverAsync(await CreateAsync(), StoreSamples.Delivery("d1"), StoreSamples.Delivery("d2"), StoreSamples.Delivery("d3"));
        var old = Assert.Single(await LeaseAsync("a"));
        var claimed = await ClaimAsync(old, limit: 2);
        Assert.Equal(2, claimed.Count);

        var lease = await TakeOverAsync("a", "b");

        Assert.True(lease.Fence > old.Fence);
        Assert.Equal(2, lease.Interrupted);
        Assert.Empty(await ClaimAsync(old));
        var interrupted = await Store.Deliveries.GetAsync("d1", Token);
        Assert.Equal((DeliveryState.Retrying, DeliveryReason.Interrupted), (interrupted!.State, interrupted.Reason));
        var attempt = Assert.Single(interrupted.Attempts);
        Assert.Equal((1, AttemptOutcome.Interrupted, DeliveryReason.Interrupted), (attempt.Number, attempt.Outcome, attempt.Reason));

        var again = await ClaimAsync(lease);
        Assert.Equal([("d1", 2), ("d2", 2), ("d3", 1)], again.Select(one => (one.DeliveryId, one.Attempt)));
        Assert.Equal(0, Assert.Single(await LeaseAsync("b")).Interrupted);
    }

    [Fact]
    public async Task Record_AfterTheLeaseIsLost_KeepsTheAttemptAndCountsNothing()
    {
        await DeliverAsync(await CreateAsync(), StoreSamples.Delivery("d1"));
        var old = Assert.Single(await LeaseAsync("a"));
        var late = Assert.Single(await ClaimAsync(old));
        var lease = await TakeOverAsync("a", "b");
        var claimed = Assert.Single(await ClaimAsync(lease));

        Assert.Equal(0, await RecordAsync(old, StoreSamples.Outcome(late, DeliveryState.Delivered)));

        var stored = await Store.Deliveries.GetAsync("d1", Token);
        Assert.Equal(DeliveryState.Sending, stored!.State);
        Assert.Equal((1, AttemptOutcome.Delivered), (stored.Attempts.Single().Number, stored.Attempts.Single().Outcome));
        await Store.Deliveries.ReturnAsync(old, [late.RowId], Token);
        Assert.Equal(1, await RecordAsync(lease, StoreSamples.Outcome(claimed, DeliveryState.Delivered)));
        stored = await Store.Deliveries.GetAsync("d1", Token);
        Assert.Equal(DeliveryState.Delivered, stored!.State);
        Assert.Equal([1, 2], stored.Attempts.Select(one => one.Number));
    }

    [Fact]
    public async Task Claim_TwoRacingForOneDestination_NeverShareADelivery()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, [.. Enumerable.Range(0, 60).Select(i => StoreSamples.Delivery($"d{i}"))]);
        var lease = Assert.Single(await LeaseAsync("a"));

        var pages = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => ClaimAsync(lease, limit: 5), Token)));

        Assert.Equal(60, pages.SelectMany(page => page).Select(one => one.RowId).Distinct().Count());
    }

    // Lets the old owner's lease run out by the store's own clock.
    private async Task<DestinationLease> TakeOverAsync(string from, string to)
    {
        await Store.Deliveries.LeaseAsync(from, TimeSpan.FromMilliseconds(1), Token);
        return await Eventually.NotNullAsync(async () => (await LeaseAsync(to)).SingleOrDefault(), "the lease to change hands");
    }
}
