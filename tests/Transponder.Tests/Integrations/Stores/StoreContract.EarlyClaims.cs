using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task EarlyClaim_LeaseHeld_StoresTheDeliveryAsSending()
    {
        var (key, lease, first) = await LeasedAsync();
        var claim = new EarlyClaim(lease);

        await DeliverAsync(key, Early("d1", claim), StoreSamples.Delivery("d2"));

        Assert.Equal([1, 0, 2], claim.Spec);
        Assert.Equal(DeliveryState.Sending, (await Store.Deliveries.GetAsync("d1", Token))!.State);
        Assert.Equal("d2", Assert.Single(await ClaimAsync(lease)).DeliveryId);
        var sent = first with { RowId = claim.RowId!.Value };
        Assert.Equal(1, await RecordAsync(lease, StoreSamples.Outcome(sent, DeliveryState.Delivered)));
        var stored = await Store.Deliveries.GetAsync("d1", Token);
        Assert.Equal((DeliveryState.Delivered, claim.RowId), (stored!.State, (long?)stored.RowId));
        Assert.Equal(1, Assert.Single(stored.Attempts).Number);
    }

    [Fact]
    public async Task EarlyClaim_LeaseHasChangedHands_LeavesTheDeliveryWaiting()
    {
        var (key, old, _) = await LeasedAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d1"));
        var lease = await TakeOverAsync("a", "b");
        var claim = new EarlyClaim(old);

        await DeliverAsync(key, Early("d2", claim));

        Assert.Null(claim.RowId);
        Assert.Equal(DeliveryState.Pending, (await Store.Deliveries.GetAsync("d2", Token))!.State);
        Assert.Equal(["d1", "d2"], (await ClaimAsync(lease)).Select(one => one.DeliveryId));
    }

    [Fact]
    public async Task EarlyClaim_LeaseGivenBack_LeavesTheDeliveryWaiting()
    {
        var (key, old, _) = await LeasedAsync();
        await Store.Deliveries.GiveBackAsync([old], Token);
        var claim = new EarlyClaim(old);

        await DeliverAsync(key, Early("d1", claim));

        Assert.Null(claim.RowId);
        Assert.Equal("d1", Assert.Single(await ClaimAsync(Assert.Single(await LeaseAsync("b")))).DeliveryId);
    }

    [Fact]
    public async Task EarlyClaim_LeftBehind_IsInterruptedByTheNextOwner()
    {
        var (key, old, _) = await LeasedAsync();
        await DeliverAsync(key, Early("d1", new EarlyClaim(old)));

        var lease = await TakeOverAsync("a", "b");

        Assert.Equal(1, lease.Interrupted);
        var again = Assert.Single(await ClaimAsync(lease));
        Assert.Equal(("d1", 2), (again.DeliveryId, again.Attempt));
        Assert.Equal(AttemptOutcome.Interrupted, Assert.Single((await Store.Deliveries.GetAsync("d1", Token))!.Attempts).Outcome);
    }

    [Fact]
    public async Task EarlyClaim_DeliveryThatExists_IsNotMadeGood()
    {
        var (key, lease, _) = await LeasedAsync();
        var (good, again, twin) = (new EarlyClaim(lease), new EarlyClaim(lease), new EarlyClaim(lease));

        await DeliverAsync(key, Early("d0", again), Early("d1", good), Early("d1", twin));

        Assert.Null(again.RowId);
        Assert.NotNull(good.RowId);
        Assert.Null(twin.RowId);
        Assert.Equal(DeliveryState.Delivered, (await Store.Deliveries.GetAsync("d0", Token))!.State);
    }

    [Fact]
    public async Task EarlyClaim_Returned_IsDueAtOnceWithNoAttempt()
    {
        var (key, lease, _) = await LeasedAsync();
        var claim = new EarlyClaim(lease);
        await DeliverAsync(key, Early("d1", claim));

        await Store.Deliveries.ReturnAsync(lease, [claim.RowId!.Value], Token);

        var again = Assert.Single(await ClaimAsync(lease));
        Assert.Equal(("d1", 1), (again.DeliveryId, again.Attempt));
    }

    [Fact]
    public async Task EarlyClaim_RacingATakeover_IsSentByOneOwnerOnly()
    {
        var (key, old, _) = await LeasedAsync();
        await DeliverAsync(key, StoreSamples.Delivery("waiting"));
        var keys = new List<ExecutionKey>();
        for (var i = 0; i < 24; i++)
            keys.Add(await CreateAsync(StoreSamples.Execution($"racing{i}")));
        var claims = keys.Select(_ => new EarlyClaim(old)).ToArray();

        var taking = Task.Run(() => TakeOverAsync("a", "b"), Token);
        await Task.WhenAll(keys.Select((key, i) => Task.Run(() => DeliverAsync(key, Early($"r{i}", claims[i])), Token)));
        var lease = await taking;

        Assert.Equal(claims.Count(claim => claim.RowId is not null), lease.Interrupted);
        Assert.Equal(25, (await ClaimAsync(lease)).Count);
    }

    private static Func<EventRecord, NewDelivery> Early(string id, EarlyClaim claim) =>
        cause =>
        {
            var delivery = StoreSamples.Delivery(id)(cause);
            delivery.Claim = claim;
            return delivery;
        };

    /// <summary>A destination under the lease of <c>a</c>, with one delivery that was delivered.</summary>
    private async Task<(ExecutionKey Key, DestinationLease Lease, ClaimedDelivery First)> LeasedAsync()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d0"));
        var lease = Assert.Single(await LeaseAsync("a"));
        var first = Assert.Single(await ClaimAsync(lease));
        await RecordAsync(lease, StoreSamples.Outcome(first, DeliveryState.Delivered));
        return (key, lease, first);
    }
}
