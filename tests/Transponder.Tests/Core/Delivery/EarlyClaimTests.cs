using Transponder.Core.Delivery;
using Transponder.Core.Store;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

/// <summary>Deliveries that are claimed in the transaction that stores them.</summary>
public sealed class EarlyClaimTests
{
    [Fact]
    public async Task Commit_RoomAtTheDestination_IsSentWithoutAnotherClaim()
    {
        await using var fixture = await WarmAsync();

        var made = await fixture.AddEarlyAsync("d1");

        Assert.NotNull(made.Claim?.RowId);
        var delivery = await fixture.UntilAsync("d1", DeliveryState.Delivered);
        Assert.Equal(AttemptOutcome.Delivered, Assert.Single(delivery.Attempts).Outcome);
        var message = Assert.Single(fixture.Channel().Sent, sent => sent.Id == "d1");
        Assert.Equal("e2 failed", message.Title);
        Assert.Contains("a &lt; b", message.Body, StringComparison.Ordinal);
        Assert.Equal(
            ("train", "nightly", "user", "ml"),
            (
                message.Execution!.Workflow!.Name,
                message.Execution.LaunchPlan!.Name,
                message.Execution.ErrorKind,
                message.Execution.Labels["team"]
            )
        );
        Assert.Equal(delivery.CreatedAt, message.CreatedAt);
    }

    [Fact]
    public async Task Commit_NobodyHoldsTheDestination_WaitsToBeClaimed()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        fixture.Channel();

        Assert.Null((await fixture.AddEarlyAsync("d1")).Claim);

        fixture.Start();
        await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 0.1);
    }

    [Fact]
    public async Task Commit_MoreThanThereIsRoomFor_WaitsInTheStoreAndIsSentOnce()
    {
        await using var fixture = await WarmAsync();
        var mail = fixture.Channel();
        var open = new TaskCompletionSource<DeliveryResult>();
        mail.Answer = (_, token) => open.Task.WaitAsync(token);

        var early = 0;
        for (var i = 0; i < 100; i++)
            early += (await fixture.AddEarlyAsync($"x{i}")).Claim?.RowId is null ? 0 : 1;

        Assert.Equal(32, early);
        Assert.Equal(DeliveryState.Pending, (await fixture.GetAsync("x40")).State);
        open.SetResult(new DeliveryResult.Delivered());
        for (var i = 0; i < 100; i++)
            await fixture.UntilAsync($"x{i}", DeliveryState.Delivered, secondsPerStep: 0.1);
        Assert.Equal(101, mail.Sent.Count);
        Assert.Equal(101, mail.Sent.Select(sent => sent.Id).Distinct().Count());

        await fixture.AddAsync("last");
        await fixture.UntilAsync("last", DeliveryState.Delivered);
        Assert.NotNull((await fixture.AddEarlyAsync("early again")).Claim?.RowId);
    }

    [Fact]
    public async Task Commit_InALane_WaitsToBeClaimedInOrder()
    {
        await using var fixture = await WarmAsync();

        Assert.Null((await fixture.AddEarlyAsync("d1", change: delivery => delivery with { Lane = "thread" })).Claim);

        await fixture.UntilAsync("d1", DeliveryState.Delivered);
    }

    [Fact]
    public async Task Commit_LimitedDestination_LeavesItToTheClaims()
    {
        await using var fixture = await WarmAsync(new ChannelLimits { Schedule = RetrySchedule.Mail, Rate = 100 });

        Assert.Null((await fixture.AddEarlyAsync("d1")).Claim);

        await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 0.1);
    }

    [Fact]
    public async Task Commit_ParkedDestination_LeavesItParked()
    {
        await using var fixture = await WarmAsync();
        var mail = fixture.Channel();
        mail.Always(new DeliveryResult.Rejected(DeliveryReason.AuthFailed, "535 no", RejectionScope.Destination));
        Assert.NotNull((await fixture.AddEarlyAsync("d1")).Claim?.RowId);
        await fixture.UntilAsync("d1", DeliveryState.Parked);

        Assert.Null((await fixture.AddEarlyAsync("d2")).Claim);

        await fixture.UntilAsync("d2", DeliveryState.Parked);
        Assert.Equal(1, mail.Sent.Count(sent => sent.Id == "d1"));
    }

    [Fact]
    public async Task Commit_Fails_GivesTheRoomBack()
    {
        await using var fixture = await WarmAsync();
        for (var i = 0; i < 40; i++)
        {
            await Assert.ThrowsAsync<StoreException>(() =>
                fixture.AddEarlyAsync($"x{i}", commit: _ => throw Lost(StoreFailure.Unavailable))
            );
            await fixture.AddEarlyAsync($"y{i}", commit: _ => Task.FromResult(false));
        }

        Assert.NotNull((await fixture.AddEarlyAsync("d1")).Claim?.RowId);

        await fixture.UntilAsync("d1", DeliveryState.Delivered);
        Assert.Equal(2, fixture.Channel().Sent.Count);
    }

    [Fact]
    public async Task Commit_NobodyKnowsWhetherItHappened_IsFoundAndSent()
    {
        await using var fixture = await WarmAsync();

        await Assert.ThrowsAsync<StoreException>(() =>
            fixture.AddEarlyAsync(
                "d1",
                commit: async store =>
                {
                    await store();
                    throw Lost(StoreFailure.Unknown);
                }
            )
        );

        var delivery = await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 0.1);
        Assert.Equal([AttemptOutcome.Interrupted, AttemptOutcome.Delivered], delivery.Attempts.Select(attempt => attempt.Outcome));
        Assert.Single(fixture.Channel().Sent, sent => sent.Id == "d1");
    }

    [Fact]
    public async Task Stop_WhileACommitIsUnderWay_GivesItsDeliveryBack()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        var engine = fixture.Start();
        await fixture.AddAsync("d0");
        await fixture.UntilAsync("d0", DeliveryState.Delivered);
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var adding = fixture.AddEarlyAsync(
            "d1",
            commit: async store =>
            {
                begun.SetResult();
                await goOn.Task;
                await store();
                return true;
            }
        );

        await begun.Task;
        var stopping = engine.StopAsync();
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        Assert.NotNull((await adding).Claim?.RowId);
        await stopping;

        var waiting = await fixture.GetAsync("d1");
        Assert.Equal(DeliveryState.Pending, waiting.State);
        Assert.Empty(waiting.Attempts);
        Assert.Single(mail.Sent);
        fixture.Start("two");
        await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 0.1);
        Assert.Equal(2, mail.Sent.Count);
    }

    private static StoreException Lost(StoreFailure failure) => new(failure, "The database is gone.");

    /// <summary>An engine whose destination is leased and has nothing waiting.</summary>
    private static async Task<DeliveryFixture> WarmAsync(ChannelLimits? limits = null)
    {
        var fixture = await DeliveryFixture.CreateAsync(limits);
        fixture.Channel();
        fixture.Start();
        await fixture.AddAsync("d0");
        await fixture.UntilAsync("d0", DeliveryState.Delivered);
        await fixture.RestsAsync("email");
        return fixture;
    }
}
