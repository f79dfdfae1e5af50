using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class DeliveryOwnershipTests
{
    [Fact]
    public async Task Crash_BetweenSendAndRecord_SendsAgainUnderTheSameIdAndSaysSo()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        await fixture.AddAsync("d1");
        var leases = await fixture.Store.Deliveries.LeaseAsync("killed", TimeSpan.FromMinutes(1), DeliveryFixture.Token);
        Assert.Single(
            await fixture.Store.Deliveries.ClaimAsync(Assert.Single(leases), 0, fixture.Time.GetUtcNow(), 10, DeliveryFixture.Token)
        );
        await fixture.CrashAsync();

        fixture.Start("successor");

        var delivery = await fixture.UntilAsync("d1", DeliveryState.Delivered);
        Assert.Equal([AttemptOutcome.Interrupted, AttemptOutcome.Delivered], delivery.Attempts.Select(attempt => attempt.Outcome));
        Assert.Equal("d1", Assert.Single(mail.Sent).Id);
    }

    [Fact]
    public async Task Lease_OwnerSilent_IsTakenOverWhenItExpires()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        fixture.Channel();
        await fixture.AddAsync("d1");
        await fixture.Store.Deliveries.LeaseAsync("silent", TimeSpan.FromMinutes(1), DeliveryFixture.Token);
        var expires = fixture.Time.GetUtcNow().AddMinutes(1);

        fixture.Start("two");

        var delivery = await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 1);
        Assert.True(delivery.Attempts[0].StartedAt >= expires);
    }

    [Fact]
    public async Task Lease_TwoEngines_SendEachDeliveryOnce()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        fixture.Start("one");
        fixture.Start("two");
        for (var i = 0; i < 50; i++)
            await fixture.AddAsync($"d{i}");

        for (var i = 0; i < 50; i++)
            await fixture.UntilAsync($"d{i}", DeliveryState.Delivered, secondsPerStep: 0.1);

        Assert.Equal(50, mail.Sent.Count);
    }

    [Fact]
    public async Task Stop_MessageUnderWay_IsFinishedAndTheOthersGivenBack()
    {
        await using var fixture = await DeliveryFixture.CreateAsync(new ChannelLimits { Concurrency = 1 });
        var mail = fixture.Channel();
        var answer = new TaskCompletionSource<DeliveryResult>();
        mail.Answer = (_, _) => answer.Task;
        await fixture.AddAsync("d1");
        await fixture.AddAsync("d2");
        var engine = fixture.Start();
        await fixture.UntilAsync(() => Task.FromResult(mail.Sent.Count == 1), "a send");

        var stopping = engine.StopAsync();
        answer.SetResult(new DeliveryResult.Delivered());
        await fixture.UntilAsync(() => Task.FromResult(stopping.IsCompleted), "the stop");

        var sent = Assert.Single(mail.Sent).Id;
        Assert.Equal(DeliveryState.Delivered, (await fixture.GetAsync(sent)).State);
        var other = await fixture.GetAsync(sent == "d1" ? "d2" : "d1");
        Assert.Equal(DeliveryState.Pending, other.State);
        Assert.Empty(other.Attempts);
        fixture.Start("two");
        await fixture.UntilAsync(other.DeliveryId, DeliveryState.Delivered);
        Assert.Equal(2, mail.Sent.Count);
    }

    [Fact]
    public async Task Stop_GraceOver_CutsTheSendAndRecordsItAsInterrupted()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        var cut = new TaskCompletionSource();
        mail.Answer = (_, token) =>
        {
            token.Register(cut.SetResult);
            return new TaskCompletionSource<DeliveryResult>().Task;
        };
        await fixture.AddAsync("d1");
        var engine = fixture.Start(grace: TimeSpan.FromSeconds(10));
        await fixture.UntilAsync(() => Task.FromResult(mail.Sent.Count == 1), "a send");

        var stopping = engine.StopAsync();
        await fixture.UntilAsync(() => Task.FromResult(cut.Task.IsCompleted), "the cut", secondsPerStep: 0.5);
        // The time to record it in is short, and the clock stands for it.
        await fixture.UntilAsync(() => Task.FromResult(stopping.IsCompleted), "the stop");

        var delivery = await fixture.GetAsync("d1");
        Assert.Equal(DeliveryState.Retrying, delivery.State);
        Assert.Equal(AttemptOutcome.Interrupted, Assert.Single(delivery.Attempts).Outcome);
    }

    [Fact]
    public async Task Replay_Suppressed_IsSentAfterAll()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        fixture.Channel();
        fixture.Start();
        await fixture.AddAsync("d1", state: DeliveryState.Suppressed);
        await fixture.AddAsync("d2");
        await fixture.UntilAsync("d2", DeliveryState.Delivered);
        Assert.Equal(DeliveryState.Suppressed, (await fixture.GetAsync("d1")).State);

        await fixture.Ledger.ReplayAsync("d1", null, DeliveryFixture.Token);

        await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 1);
    }
}
