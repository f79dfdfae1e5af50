using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset Now = StoreSamples.Start.AddHours(1);

    [Fact]
    public async Task Deliver_NewDelivery_IsPendingAndShownWhole()
    {
        var key = await CreateAsync();

        await DeliverAsync(key, StoreSamples.Delivery("d1", notification: 3));

        await ReopenAsync();
        var stored = await Store.Deliveries.GetAsync("d1", Token);
        Assert.Equal(key, stored!.Execution);
        Assert.Equal(WorkflowPhase.Failed, stored.Phase);
        Assert.Equal(3, stored.Notification);
        Assert.Equal(("email", "d1@example.com", "address of d1"), (stored.Channel, stored.Target, stored.Address));
        Assert.Equal(("email", DeliveryState.Pending, DeliveryReason.Ok), (stored.Destination, stored.State, stored.Reason));
        Assert.Equal((StoreSamples.Start, StoreSamples.Start, ""), (stored.CreatedAt, stored.UpdatedAt, stored.Subject));
        Assert.Null(stored.NextAttemptAt);
        Assert.False(stored.Replayed);
        Assert.Empty(stored.Attempts);
        Assert.Null(await Store.Deliveries.GetAsync("d2", Token));
    }

    [Fact]
    public async Task Deliver_SameIdTwice_IsStoredOnce()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d1"), StoreSamples.Delivery("d2"));

        await DeliverAsync(key, StoreSamples.Delivery("d2", notification: 9), StoreSamples.Delivery("d3"));

        var stored = await Store.Deliveries.ForExecutionAsync(key, Token);
        Assert.Equal(["d1", "d2", "d3"], stored.Select(one => one.DeliveryId));
        Assert.All(stored, one => Assert.Equal(0, one.Notification));
    }

    [Fact]
    public async Task Claim_NewDelivery_CarriesAllThatRenderingNeeds()
    {
        var key = await CreateAsync();
        await ChangeAsync(key, (row, _) => (row.Cluster, row.Closure) = ("c1", [7, 7]));
        var cause = await DeliverAsync(key, StoreSamples.Delivery("d1", notification: 4));
        var lease = Assert.Single(await LeaseAsync("a"));

        var claimed = Assert.Single(await ClaimAsync(lease));

        Assert.Equal(("d1", "email", "d1@example.com", 4), (claimed.DeliveryId, claimed.Channel, claimed.Target, claimed.Notification));
        Assert.Equal((1, 0, false), (claimed.Attempt, claimed.Step, claimed.Replay));
        Assert.Equal((StoreSamples.Start, StoreSamples.Start), (claimed.CreatedAt, claimed.ActiveSince));
        Assert.Equal((key, "c1"), (claimed.Execution, claimed.Cluster));
        Assert.Equal([1, 0, 2], claimed.Spec);
        Assert.Equal([7, 7], claimed.Closure);
        Assert.Equal(cause.Request.ToArray(), claimed.Event);
        Assert.Equal(DeliveryState.Sending, (await Store.Deliveries.GetAsync("d1", Token))!.State);
        Assert.Empty(await ClaimAsync(lease));
    }

    [Fact]
    public async Task Claim_InPages_GoesInOrderAboveTheWatermark()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, [.. Enumerable.Range(0, 7).Select(i => StoreSamples.Delivery($"d{i}"))]);
        await DeliverAsync(key, StoreSamples.Delivery("elsewhere", "slack"));
        var lease = (await LeaseAsync("a")).Single(one => one.Destination == "email");

        var seen = new List<string>();
        var watermark = 0L;
        while (await ClaimAsync(lease, watermark, limit: 3) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 3);
            seen.AddRange(page.Select(one => one.DeliveryId));
            watermark = page.Max(one => one.RowId);
        }

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"d{i}"), seen);
    }

    [Fact]
    public async Task Claim_DueRetries_ComeBeforeNewOnesAndNotBeforeTheirTime()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d1"), StoreSamples.Delivery("d2"));
        var lease = Assert.Single(await LeaseAsync("a"));
        var first = await ClaimAsync(lease);
        var watermark = first[^1].RowId;
        Assert.Equal(
            2,
            await RecordAsync(
                lease,
                StoreSamples.Outcome(first[0], DeliveryState.Retrying, Now.AddSeconds(9)),
                StoreSamples.Outcome(first[1], DeliveryState.Retrying, Now.AddSeconds(5))
            )
        );
        await DeliverAsync(key, StoreSamples.Delivery("d3"));

        Assert.Empty(await ClaimAsync(lease, long.MaxValue));
        var due = await ClaimAsync(lease, watermark, Now.AddSeconds(9));

        Assert.Equal([("d2", 2, 1), ("d1", 2, 1), ("d3", 1, 0)], due.Select(one => (one.DeliveryId, one.Attempt, one.Step)));
        Assert.Null((await Store.Deliveries.GetAsync("d1", Token))!.NextAttemptAt);
    }

    [Theory]
    [InlineData(DeliveryState.Delivered, AttemptOutcome.Delivered, DeliveryReason.Ok)]
    [InlineData(DeliveryState.Retrying, AttemptOutcome.Retry, DeliveryReason.Throttled)]
    [InlineData(DeliveryState.Dead, AttemptOutcome.Rejected, DeliveryReason.MessageRejected)]
    public async Task Record_EachOutcome_SetsStateAndKeepsTheAttempt(DeliveryState state, AttemptOutcome outcome, DeliveryReason reason)
    {
        await DeliverAsync(await CreateAsync(), StoreSamples.Delivery("d1"));
        var lease = Assert.Single(await LeaseAsync("a"));
        var claimed = Assert.Single(await ClaimAsync(lease));
        DateTimeOffset? next = state == DeliveryState.Retrying ? Now.AddMinutes(1) : null;

        Assert.Equal(1, await RecordAsync(lease, StoreSamples.Outcome(claimed, state, next)));

        var stored = await Store.Deliveries.GetAsync("d1", Token);
        Assert.Equal((state, reason, "a subject", next), (stored!.State, stored.Reason, stored.Subject, stored.NextAttemptAt));
        Assert.Equal(
            new DeliveryAttempt(
                1,
                StoreSamples.Start.AddSeconds(1),
                TimeSpan.FromMilliseconds(12),
                outcome,
                reason,
                "what the provider said"
            ),
            Assert.Single(stored.Attempts)
        );
        Assert.Equal(0, await RecordAsync(lease, StoreSamples.Outcome(claimed, DeliveryState.Dead)));
        Assert.Equal(state, (await Store.Deliveries.GetAsync("d1", Token))!.State);
    }

    [Fact]
    public async Task Return_ClaimedDelivery_IsDueAtOnceWithNoAttemptCounted()
    {
        await DeliverAsync(await CreateAsync(), StoreSamples.Delivery("d1"));
        var lease = Assert.Single(await LeaseAsync("a"));
        var claimed = Assert.Single(await ClaimAsync(lease));

        await Store.Deliveries.ReturnAsync(lease, [claimed.RowId], Token);

        Assert.NotEqual(DeliveryState.Sending, (await Store.Deliveries.GetAsync("d1", Token))!.State);
        var again = Assert.Single(await ClaimAsync(lease, claimed.RowId));
        Assert.Equal((1, 0), (again.Attempt, again.Step));
        Assert.Empty((await Store.Deliveries.GetAsync("d1", Token))!.Attempts);
    }

    [Fact]
    public async Task Park_Destination_ShowsItsWaitingDeliveriesAsParked()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d1"), StoreSamples.Delivery("d2"), StoreSamples.Delivery("other", "slack"));
        var lease = (await LeaseAsync("a")).Single(one => one.Destination == "email");
        await RecordAsync(lease, StoreSamples.Outcome((await ClaimAsync(lease, limit: 1))[0], DeliveryState.Delivered));
        var parking = new Parking(Now, DeliveryReason.AuthFailed, "535 no");

        await Store.Deliveries.ParkAsync("email", parking, Token);

        Assert.Equal(parking, (await LeaseAsync("a")).Single(one => one.Destination == "email").Parked);
        var parked = await Store.Deliveries.GetAsync("d2", Token);
        Assert.Equal((DeliveryState.Parked, DeliveryReason.AuthFailed), (parked!.State, parked.Reason));
        Assert.Equal(["d2"], await ListedAsync(new() { Limit = 9, State = DeliveryState.Parked }));
        Assert.Equal(["other"], await ListedAsync(new() { Limit = 9, State = DeliveryState.Pending }));
        Assert.Equal(["d1"], await ListedAsync(new() { Limit = 9, State = DeliveryState.Delivered }));
        Assert.Equal(parking, (await Store.Deliveries.BacklogAsync(Token)).Single(one => one.Destination == "email").Parked);

        await Store.Deliveries.ParkAsync("email", null, Token);
        Assert.Equal(DeliveryState.Pending, (await Store.Deliveries.GetAsync("d2", Token))!.State);
    }

    [Fact]
    public async Task Replay_EndedAndWaiting_BeginANewLife()
    {
        var key = await CreateAsync();
        string[] ids = ["done", "dead", "sending", "waiting", "off"];
        await DeliverAsync(
            key,
            [.. ids.Select(id => StoreSamples.Delivery(id, state: id == "off" ? DeliveryState.Suppressed : DeliveryState.Pending))]
        );
        var lease = Assert.Single(await LeaseAsync("a"));
        var claimed = await ClaimAsync(lease, limit: 3);
        await RecordAsync(
            lease,
            StoreSamples.Outcome(claimed[0], DeliveryState.Delivered),
            StoreSamples.Outcome(claimed[1], DeliveryState.Dead)
        );
        await Store.Deliveries.ParkAsync("email", new Parking(Now, DeliveryReason.DestinationGone, "gone"), Token);

        var replayed = await Store.Deliveries.ReplayAsync([.. ids, "unknown"], Now, Token);

        Assert.Equal(["dead", "done", "off", "waiting"], replayed.Order());
        Assert.Null(Assert.Single(await LeaseAsync("a")).Parked);
        Assert.False((await Store.Deliveries.GetAsync("sending", Token))!.Replayed);
        Assert.True((await Store.Deliveries.GetAsync("off", Token))!.Replayed);
        var again = await ClaimAsync(lease, long.MaxValue);
        Assert.Equal(
            [("dead", 2, 0), ("done", 2, 0), ("off", 1, 0), ("waiting", 1, 0)],
            again.Select(one => (one.DeliveryId, one.Attempt, one.Step)).Order()
        );
        Assert.All(again, one => Assert.Equal((Now, StoreSamples.Start, true), (one.ActiveSince, one.CreatedAt, one.Replay)));
        Assert.Empty(await ClaimAsync(lease));
    }

    [Fact]
    public async Task Suppressed_Delivery_IsRecordedAndNeverClaimed()
    {
        await DeliverAsync(await CreateAsync(), StoreSamples.Delivery("d1", state: DeliveryState.Suppressed));

        foreach (var lease in await LeaseAsync("a"))
            Assert.Empty(await ClaimAsync(lease));

        var stored = await Store.Deliveries.GetAsync("d1", Token);
        Assert.Equal((DeliveryState.Suppressed, DeliveryReason.NotificationsOff), (stored!.State, stored.Reason));
        Assert.Equal(0, (await Store.Deliveries.BacklogAsync(Token)).Sum(one => one.Waiting));
    }

    [Fact]
    public async Task Backlog_CountsPendingSendingAndRetrying()
    {
        var key = await CreateAsync();
        await DeliverAsync(
            key,
            [.. Enumerable.Range(0, 5).Select(i => StoreSamples.Delivery($"d{i}", createdAt: StoreSamples.Start.AddSeconds(i)))]
        );
        var lease = Assert.Single(await LeaseAsync("a"));
        var claimed = await ClaimAsync(lease, limit: 3);
        await RecordAsync(
            lease,
            StoreSamples.Outcome(claimed[0], DeliveryState.Delivered),
            StoreSamples.Outcome(claimed[1], DeliveryState.Retrying, Now)
        );

        var backlog = Assert.Single(await Store.Deliveries.BacklogAsync(Token));

        Assert.Equal(("email", "email", 4), (backlog.Destination, backlog.Channel, backlog.Waiting));
        Assert.Equal(StoreSamples.Start.AddSeconds(1), backlog.Oldest);
        Assert.Null(backlog.Parked);
    }

    [Fact]
    public async Task List_WithFilters_IsNewestFirstAndPages()
    {
        var one = await CreateAsync(StoreSamples.Execution("one"));
        var two = await CreateAsync(StoreSamples.Execution("two"));
        for (var i = 0; i < 6; i++)
            await DeliverAsync(
                i % 2 == 0 ? one : two,
                StoreSamples.Delivery($"d{i}", channel: i < 3 ? "email" : "chat", createdAt: StoreSamples.Start.AddSeconds(i))
            );

        Assert.Equal(["d5", "d4", "d3", "d2", "d1", "d0"], await ListedAsync(new() { Limit = 100 }));
        Assert.Equal(["d4", "d2", "d0"], await ListedAsync(new() { Limit = 9, Name = "one" }));
        Assert.Equal(
            6,
            (
                await ListedAsync(
                    new()
                    {
                        Limit = 9,
                        Project = one.Project,
                        Domain = one.Domain,
                    }
                )
            ).Length
        );
        Assert.Empty(await ListedAsync(new() { Limit = 9, Project = "other" }));
        Assert.Empty(await ListedAsync(new() { Limit = 9, Domain = "other" }));
        Assert.Equal(["d5", "d4", "d3"], await ListedAsync(new() { Limit = 9, Channel = "chat" }));
        Assert.Equal(
            ["d3", "d2"],
            await ListedAsync(
                new()
                {
                    Limit = 9,
                    From = StoreSamples.Start.AddSeconds(2),
                    To = StoreSamples.Start.AddSeconds(4),
                }
            )
        );

        var paged = new List<string>();
        long? before = null;
        while (await Store.Deliveries.ListAsync(new() { Limit = 4, Before = before }, Token) is { Count: > 0 } page)
        {
            paged.AddRange(page.Select(d => d.DeliveryId));
            before = page[^1].RowId;
        }
        Assert.Equal(["d5", "d4", "d3", "d2", "d1", "d0"], paged);
    }

    [Fact]
    public async Task List_OfProjects_PagesThroughTheirsAlone()
    {
        ExecutionKey[] keys = [StoreSamples.Key("one"), new("a", "development", "one"), new("b", "development", "one")];
        foreach (var key in keys)
            await CreateAsync(StoreSamples.Execution() with { Key = key });
        for (var i = 0; i < 9; i++)
            await DeliverAsync(keys[i % 3], StoreSamples.Delivery($"d{i}"));

        var paged = new List<string>();
        var query = new DeliveryQuery
        {
            Limit = 2,
            Projects = new HashSet<string> { "a", "b", "unknown" },
        };
        while (await Store.Deliveries.ListAsync(query, Token) is { Count: > 0 } page)
        {
            paged.AddRange(page.Select(one => one.DeliveryId));
            query = query with { Before = page[^1].RowId };
        }

        Assert.Equal(["d8", "d7", "d5", "d4", "d2", "d1"], paged);
        var own = new DeliveryQuery
        {
            Limit = 9,
            Projects = new HashSet<string> { "a" },
        };
        Assert.Equal(["d7", "d4", "d1"], await ListedAsync(own));
        Assert.Equal(["d7", "d4", "d1"], await ListedAsync(own with { Name = "one", Channel = "email", State = DeliveryState.Pending }));
        Assert.Equal(["d7", "d4", "d1"], await ListedAsync(own with { Project = "a", Domain = "development", Name = "one" }));
        Assert.Empty(await ListedAsync(own with { Project = "b" }));
        Assert.Empty(await ListedAsync(own with { Project = "b", Domain = "development", Name = "one" }));
        Assert.Empty(await ListedAsync(own with { Projects = new HashSet<string>() }));
        Assert.Empty(
            await ListedAsync(
                own with
                {
                    Projects = new HashSet<string> { "%", "A", "a'", "a,b" },
                }
            )
        );
    }

    [Fact]
    public async Task ForExecution_IsByNotificationThenCreation()
    {
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d1", notification: 1), StoreSamples.Delivery("d2"));
        await DeliverAsync(key, StoreSamples.Delivery("d3"), StoreSamples.Delivery("d4", notification: 1));
        await DeliverAsync(await CreateAsync(StoreSamples.Execution("other")), StoreSamples.Delivery("d5"));

        Assert.Equal(["d2", "d3", "d1", "d4"], (await Store.Deliveries.ForExecutionAsync(key, Token)).Select(one => one.DeliveryId));
        Assert.Empty(await Store.Deliveries.ForExecutionAsync(StoreSamples.Key("unknown"), Token));
    }

    private Task<IReadOnlyList<DestinationLease>> LeaseAsync(string owner) => Store.Deliveries.LeaseAsync(owner, Long, Token);

    private Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        DestinationLease lease,
        long afterRow = 0,
        DateTimeOffset? now = null,
        int limit = 100
    ) => Store.Deliveries.ClaimAsync(lease, afterRow, now ?? Now, limit, Token);

    private Task<int> RecordAsync(DestinationLease lease, params DeliveryOutcome[] outcomes) =>
        Store.Deliveries.RecordAsync(lease, outcomes, Token);

    private async Task<string[]> ListedAsync(DeliveryQuery query) =>
        [.. (await Store.Deliveries.ListAsync(query, Token)).Select(one => one.DeliveryId)];
}
