using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    private static readonly IncidentName Incident = new("pager", null, "lp-project/lp-domain/lp-name");

    [Fact]
    public async Task Claim_OneLane_GivesOneAtATimeInOrder()
    {
        await DeliverAsync(await CreateAsync(), InLane("d1", "x"), InLane("d2", "x"), InLane("d3", "y"), StoreSamples.Delivery("d4"));
        var lease = Assert.Single(await LeaseAsync("a"));

        var first = await ClaimAsync(lease, limit: 3);

        Assert.Equal(["d1", "d3", "d4"], first.Select(one => one.DeliveryId));
        var watermark = first.Max(one => one.RowId);
        Assert.Empty(await ClaimAsync(lease, watermark));
        Assert.True((await Store.Deliveries.GetAsync("d2", Token))!.Held);
        await RecordAsync(lease, InLane(first[0], DeliveryState.Retrying, Now.AddSeconds(1)));
        Assert.Equal(["d1"], (await ClaimAsync(lease, watermark, Now.AddSeconds(1))).Select(one => one.DeliveryId));
    }

    [Fact]
    public async Task Claim_HasTheSpanOfItsEvent()
    {
        await DeliverAsync(await CreateAsync(), StoreSamples.Delivery("d1"));

        var claimed = await ClaimAsync(Assert.Single(await LeaseAsync("a")));

        Assert.Equal(StoreSamples.TraceParent, Assert.Single(claimed).TraceParent);
    }

    [Theory]
    [InlineData(DeliveryState.Delivered, "receipt-1")]
    [InlineData(DeliveryState.Dead, null)]
    public async Task Record_EndOfTheFirst_LetsTheNextGoWithItsReceipt(DeliveryState end, string? thread)
    {
        await DeliverAsync(await CreateAsync(), InLane("d1", "x"), InLane("d2", "x"), InLane("d3", "x"));
        var lease = Assert.Single(await LeaseAsync("a"));
        var first = Assert.Single(await ClaimAsync(lease));
        Assert.Null(first.ThreadReceipt);
        var outcome = InLane(first, end) with { Receipt = end == DeliveryState.Delivered ? "receipt-1" : null };

        await RecordAsync(lease, outcome);

        await ReopenAsync();
        lease = Assert.Single(await LeaseAsync("a"));
        var second = Assert.Single(await ClaimAsync(lease, long.MaxValue));
        Assert.Equal(("d2", "x", thread), (second.DeliveryId, second.Lane, second.ThreadReceipt));
        await RecordAsync(lease, InLane(second, DeliveryState.Delivered) with { Receipt = "receipt-2" });
        var third = Assert.Single(await ClaimAsync(lease, long.MaxValue));
        Assert.Equal(("d3", thread ?? "receipt-2"), (third.DeliveryId, third.ThreadReceipt));
        Assert.Equal("receipt-2", (await Store.Deliveries.GetAsync("d2", Token))!.Receipt);
    }

    [Fact]
    public async Task Claim_ManyHeldBehindOne_StillFindsTheOthers()
    {
        var held = Enumerable.Range(0, 30).Select(i => InLane($"d{i:00}", "x"));
        await DeliverAsync(await CreateAsync(), [.. held, StoreSamples.Delivery("free")]);
        var lease = Assert.Single(await LeaseAsync("a"));

        var claimed = await ClaimAsync(lease, limit: 4);

        Assert.Equal(["d00", "free"], claimed.Select(one => one.DeliveryId));
    }

    [Fact]
    public async Task FindWork_SaysWhereSomethingCanBeSentNow()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d1"), StoreSamples.Delivery("d2", "slack"));
        Assert.Equal([("email", false), ("slack", false)], await WorkAsync("a"));
        var leases = await LeaseAsync("a");
        Assert.Equal([("email", true), ("slack", true)], await WorkAsync("a"));
        Assert.Empty(await WorkAsync("b"));

        var email = leases.Single(lease => lease.Destination == "email");
        var claimed = Assert.Single(await ClaimAsync(email));
        Assert.Equal([("slack", true)], await WorkAsync("a"));
        await RecordAsync(email, StoreSamples.Outcome(claimed, DeliveryState.Retrying, Now.AddMinutes(1)));
        Assert.Equal([("slack", true)], await WorkAsync("a"));
        Assert.Equal([("email", true), ("slack", true)], await WorkAsync("a", Now.AddMinutes(1)));

        await Store.Deliveries.GiveBackAsync(leases, Token);
        Assert.Equal([("slack", false)], await WorkAsync("b"));
        Assert.Empty(await ClaimAsync(leases.Single(lease => lease.Destination == "slack")));
    }

    [Fact]
    public async Task Lease_NothingToSend_IsNotTaken()
    {
        await DeliverAsync(await CreateAsync(), StoreSamples.Delivery("d1"));
        var lease = Assert.Single(await LeaseAsync("a"));
        await RecordAsync(lease, StoreSamples.Outcome(Assert.Single(await ClaimAsync(lease)), DeliveryState.Delivered));
        await Store.Deliveries.GiveBackAsync([lease], Token);

        Assert.Empty(await LeaseAsync("b"));
    }

    [Fact]
    public async Task Incident_Opened_IsFoundByTheNextThatEnds()
    {
        var key = await CreateAsync();
        var opener = await EndAsync(key, new OpenIncident(7, StoreSamples.Start));
        Assert.Empty(opener.Incidents);
        Assert.Equal("lp-project/lp-domain/lp-name", opener.LaunchPlans[key]);

        await ReopenAsync();
        var later = await EndAsync(key, new OpenIncident(7, StoreSamples.Start.AddSeconds(1)));
        Assert.Equal(new OpenIncident(7, StoreSamples.Start), later.Incidents[Incident]);
        Assert.Equal(new OpenIncident(7, StoreSamples.Start.AddSeconds(1)), (await EndAsync(key, null)).Incidents[Incident]);
        Assert.Empty((await EndAsync(key, null)).Incidents);
    }

    [Fact]
    public async Task Incident_OfADelivery_IsShownWithItsOpener()
    {
        var key = await CreateAsync();
        await ChangeAsync(
            key,
            (row, changes) =>
            {
                var cause = StoreSamples.Event(row, EventKind.Workflow);
                changes.Events.Add(cause);
                changes.Deliveries.Add(
                    StoreSamples.Delivery("d1", notification: NewDelivery.Unasked)(cause) with
                    {
                        Incident = new Incident("k", IncidentAction.Resolve),
                        IncidentOpener = row.Id,
                    }
                );
            }
        );

        var stored = await Store.Deliveries.GetAsync("d1", Token);

        Assert.Equal((new Incident("k", IncidentAction.Resolve), key), (stored!.Incident, stored.IncidentOpener));
        Assert.Equal(NewDelivery.Unasked, stored.Notification);
        Assert.Equal(stored.Incident, Assert.Single(await ClaimAsync(Assert.Single(await LeaseAsync("a")))).Incident);
    }

    [Fact]
    public async Task Replay_OfATrigger_OpensItsIncidentAgain()
    {
        var key = await CreateAsync();
        await ChangeAsync(
            key,
            (row, changes) =>
            {
                var cause = StoreSamples.Event(row, EventKind.Workflow);
                changes.Events.Add(cause);
                changes.Deliveries.Add(
                    StoreSamples.Delivery("d1", channel: "pager")(cause) with
                    {
                        Target = null,
                        Incident = new Incident(Incident.Key, IncidentAction.Trigger),
                    }
                );
            }
        );
        Assert.Empty((await EndAsync(key, null)).Incidents);

        await Store.Deliveries.ReplayAsync(["d1"], Now, Token);

        Assert.Equal(StoreSamples.Start, Assert.Single((await EndAsync(key, null)).Incidents).Value.FailedAt);
    }

    private static Func<EventRecord, NewDelivery> InLane(string id, string lane) =>
        cause => StoreSamples.Delivery(id)(cause) with { Lane = lane };

    private static DeliveryOutcome InLane(ClaimedDelivery claimed, DeliveryState state, DateTimeOffset? next = null) =>
        StoreSamples.Outcome(claimed, state, next) with
        {
            Lane = claimed.Lane,
            BeginsThread = claimed.ThreadReceipt is null,
        };

    private async Task<(string, bool)[]> WorkAsync(string owner, DateTimeOffset? now = null) =>
        [
            .. (await Store.Deliveries.FindWorkAsync(owner, now ?? Now, Token))
                .Select(work => (work.Destination, work.Mine))
                .OrderBy(work => work.Destination, StringComparer.Ordinal),
        ];

    /// <summary>What a batch finds in which the execution ends and sets the incident.</summary>
    private async Task<BatchState> EndAsync(ExecutionKey key, OpenIncident? incident)
    {
        BatchState? found = null;
        var keys = new BatchKeys();
        keys.Executions.Add(key);
        keys.Ended.Add(key);
        await Store.Events.CommitAsync(
            keys,
            state =>
            {
                found = state;
                var changes = new BatchChanges();
                changes.Executions.Add(state.Executions[key]);
                changes.Events.Add(StoreSamples.Event(state.Executions[key]));
                changes.Incidents[Incident] = incident;
                return changes;
            },
            Token
        );
        return found!;
    }
}
