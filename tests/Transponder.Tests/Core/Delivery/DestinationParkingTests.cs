using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class DestinationParkingTests
{
    private static readonly DeliveryResult Refused = new DeliveryResult.Rejected(
        DeliveryReason.AuthFailed,
        "535 no",
        RejectionScope.Destination
    );

    [Fact]
    public async Task Park_DestinationRefused_KeepsEverythingWaiting()
    {
        await using var fixture = await ParkedAsync();
        await fixture.AddAsync("d2");

        var (first, second) = (await fixture.GetAsync("d1"), await fixture.GetAsync("d2"));

        Assert.Equal((DeliveryState.Parked, DeliveryReason.AuthFailed), (first.State, first.Reason));
        Assert.Equal((DeliveryState.Parked, DeliveryReason.AuthFailed), (second.State, second.Reason));
        Assert.Empty(second.Attempts);
        Assert.Single(first.Attempts);
    }

    [Fact]
    public async Task Park_HalfAnHourLater_ProbesWithOneAndResumes()
    {
        await using var fixture = await ParkedAsync();
        for (var i = 2; i < 6; i++)
            await fixture.AddAsync($"d{i}");
        var parked = fixture.Time.GetUtcNow();
        await PassAsync(fixture, parked.AddMinutes(29));
        Assert.Single(fixture.Channel().Sent);

        await fixture.UntilAsync(() => Task.FromResult(fixture.Channel().Sent.Count == 2), "the probe", secondsPerStep: 60);
        Assert.True(fixture.Time.GetUtcNow() >= parked.AddMinutes(30));

        fixture.Channel().Always(new DeliveryResult.Delivered());
        for (var i = 1; i < 6; i++)
            await fixture.UntilAsync($"d{i}", DeliveryState.Delivered, secondsPerStep: 60);
        Assert.Null(Assert.Single(await fixture.Store.Deliveries.BacklogAsync(DeliveryFixture.Token)).Parked);
    }

    [Fact]
    public async Task Park_NewProcess_ProbesAtItsStart()
    {
        await using var fixture = await ParkedAsync(stop: true);
        fixture.Channel().Always(new DeliveryResult.Delivered());

        fixture.Start("two");

        await fixture.UntilAsync("d1", DeliveryState.Delivered);
    }

    [Fact]
    public async Task Replay_OneOfItsDeliveries_ResumesTheDestination()
    {
        await using var fixture = await ParkedAsync();
        await fixture.AddAsync("d2");
        fixture.Channel().Always(new DeliveryResult.Delivered());

        await fixture.Ledger.ReplayAsync("d1", null, DeliveryFixture.Token);

        await fixture.UntilAsync("d1", DeliveryState.Delivered);
        await fixture.UntilAsync("d2", DeliveryState.Delivered);
    }

    [Fact]
    public async Task Park_UnknownChannel_WaitsUntilTheConfigurationHasIt()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var engine = fixture.Start();
        await fixture.AddAsync("d1", "pager");
        var parked = await fixture.UntilAsync("d1", DeliveryState.Parked);
        Assert.Equal(DeliveryReason.UnknownChannel, parked.Reason);
        await engine.StopAsync();

        fixture.Channel("pager");
        fixture.Start("two");

        await fixture.UntilAsync("d1", DeliveryState.Delivered);
    }

    private static async Task<DeliveryFixture> ParkedAsync(bool stop = false)
    {
        var fixture = await DeliveryFixture.CreateAsync();
        fixture.Channel().Always(Refused);
        var engine = fixture.Start();
        await fixture.AddAsync("d1");
        await fixture.UntilAsync("d1", DeliveryState.Parked);
        if (stop)
            await engine.StopAsync();
        return fixture;
    }

    private static Task PassAsync(DeliveryFixture fixture, DateTimeOffset until) =>
        fixture.UntilAsync(() => Task.FromResult(fixture.Time.GetUtcNow() >= until), "time", secondsPerStep: 60);
}
