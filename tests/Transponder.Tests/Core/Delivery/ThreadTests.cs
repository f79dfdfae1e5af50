using System.Globalization;
using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class ThreadTests
{
    [Fact]
    public async Task Send_TwoOfOneThread_TheSecondWaitsAndGetsTheFirstsReceipt()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var chat = fixture.Channel(threads: true);
        var answer = new TaskCompletionSource<DeliveryResult>();
        chat.Answer = (_, _) => answer.Task;
        await fixture.AddAsync("d1", change: InThread);
        await fixture.AddAsync("d2", change: InThread);
        fixture.Start();
        await fixture.UntilAsync(() => Task.FromResult(chat.Sent.Count == 1), "the first message");
        await fixture.AddAsync("d3");
        await fixture.UntilAsync(() => Task.FromResult(chat.Sent.Count == 2), "a message of no thread");
        Assert.Contains("earlier message", DeliveryWords.Of(await fixture.GetAsync("d2")), StringComparison.Ordinal);

        answer.SetResult(new DeliveryResult.Delivered("ts-1"));

        await fixture.UntilAsync("d2", DeliveryState.Delivered);
        Assert.Equal(["d1", "d3", "d2"], chat.Sent.Select(message => message.Id));
        Assert.Equal([null, null, "ts-1"], chat.Sent.Select(message => message.ThreadReceipt));
    }

    [Fact]
    public async Task Send_FirstIsRefused_TheNextBeginsTheThread()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var chat = fixture.Channel(threads: true);
        chat.Answer = (message, _) =>
            Task.FromResult<DeliveryResult>(
                message.Id == "d1"
                    ? new DeliveryResult.Rejected(DeliveryReason.MessageRejected, "no")
                    : new DeliveryResult.Delivered("ts-" + message.Id)
            );
        foreach (var id in new[] { "d1", "d2", "d3" })
            await fixture.AddAsync(id, change: InThread);

        fixture.Start();

        await fixture.UntilAsync("d3", DeliveryState.Delivered);
        Assert.Equal([null, null, "ts-d2"], chat.Sent.Select(message => message.ThreadReceipt));
    }

    [Fact]
    public async Task Retry_AnswerThatNobodyCanPlace_IsGivenUpSoon()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var chat = fixture.Channel();
        chat.Always(new DeliveryResult.Retry(DeliveryReason.ProtocolError, "what?") { AtMost = 3 });
        await fixture.AddAsync("d1");
        fixture.Start();

        var delivery = await fixture.UntilAsync("d1", DeliveryState.Dead, secondsPerStep: 30);

        Assert.Equal(3, delivery.Attempts.Count);
    }

    [Fact]
    public async Task Destinations_ThatHaveNothingToSend_AreLetGo()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var chat = fixture.Channel();
        for (var i = 0; i < 40; i++)
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            await fixture.AddAsync($"d{name}", change: delivery => delivery with { Destination = $"email:{name}" });
        }
        fixture.Start("one");
        await fixture.UntilAsync(() => Task.FromResult(chat.Sent.Count == 40), "all");
        await fixture.UntilAsync("d39", DeliveryState.Delivered);

        await fixture.UntilAsync(
            async () => (await fixture.Store.Deliveries.LeaseAsync("one", TimeSpan.FromDays(1), DeliveryFixture.Token)).Count == 0,
            "the leases given back",
            secondsPerStep: 5
        );

        await fixture.AddAsync("again", change: delivery => delivery with { Destination = "email:7" });
        await fixture.UntilAsync("again", DeliveryState.Delivered, secondsPerStep: 0.5);
    }

    [Fact]
    public async Task Target_ThatIsGone_ParksOnlyItself()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var chat = fixture.Channel();
        chat.Answer = (message, _) =>
            Task.FromResult<DeliveryResult>(
                message.Target == "#gone"
                    ? new DeliveryResult.Rejected(DeliveryReason.DestinationGone, "channel_not_found", RejectionScope.Destination)
                    : new DeliveryResult.Delivered()
            );
        fixture.Start();

        await fixture.AddAsync("d1", change: delivery => delivery with { Target = "#gone", Destination = "email:#gone" });
        await fixture.UntilAsync("d1", DeliveryState.Parked, secondsPerStep: 0.5);
        await fixture.AddAsync("d2", change: delivery => delivery with { Target = "#well", Destination = "email:#well" });

        await fixture.UntilAsync("d2", DeliveryState.Delivered, secondsPerStep: 0.5);
    }

    private static NewDelivery InThread(NewDelivery delivery) => delivery with { Lane = "ann\nexecution" };
}
