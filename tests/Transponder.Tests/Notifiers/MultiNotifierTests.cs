using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Xunit;

namespace Transponder.Tests.Notifiers;

public sealed class MultiNotifierTests
{
    private static readonly TaskContext Context = TaskContext.FromPod() with
    {
        Retry = new RetryPolicy { FirstPause = TimeSpan.FromMilliseconds(1), Deadline = TimeSpan.FromMinutes(5) },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_EveryChannelWorks_IsDeliveredToEach()
    {
        RecordingNotifier one = new(),
            two = new();
        await using var both = MultiNotifier.All(one, two);

        var result = await both.NotifyAsync("hello", Context, Token);

        Assert.True(result.IsDelivered);
        Assert.Equal(2, result.Parts.Count);
        Assert.Equal(Assert.Single(one.Sent).Id, Assert.Single(two.Sent).Id);
    }

    [Fact]
    public async Task All_OneFailsForAWhile_TheOtherGetsItOnce()
    {
        RecordingNotifier one = new(),
            two = new RecordingNotifier().Then(Busy, Busy);
        await using var both = MultiNotifier.All(one, two);

        var result = await both.NotifyAsync("hello", Context, Token);

        Assert.True(result.IsDelivered);
        Assert.Equal((1, 3, 3), (one.Sent.Count, two.Sent.Count, result.Attempts));
    }

    [Fact]
    public async Task All_OneFails_IsNotDeliveredAndSaysWhich()
    {
        RecordingNotifier one = new(),
            two = new RecordingNotifier().Then(new DeliveryResult.Rejected(DeliveryReason.AuthFailed, "HTTP 401"));
        await using var both = MultiNotifier.All(one, two);

        var result = await both.NotifyAsync("hello", Context, Token);

        Assert.False(result.IsDelivered);
        Assert.Equal([true, false], result.Parts.Select(part => part.IsDelivered));
        Assert.Equal("recording: AuthFailed HTTP 401", result.Last.Detail);
    }

    [Fact]
    public async Task First_TheFirstWorks_TheSecondStaysQuiet()
    {
        RecordingNotifier one = new(),
            two = new();
        await using var first = MultiNotifier.FirstThatWorks(one, two);

        Assert.True((await first.NotifyAsync("hello", Context, Token)).IsDelivered);
        Assert.Equal((1, 0), (one.Sent.Count, two.Sent.Count));
    }

    [Fact]
    public async Task First_TheFirstFails_TheSecondTakesOver()
    {
        RecordingNotifier one = new RecordingNotifier().Then(Busy),
            two = new();
        await using var first = MultiNotifier.FirstThatWorks(one, two);

        Assert.True((await first.NotifyAsync("hello", Context, Token)).IsDelivered);
        Assert.Equal((1, 1), (one.Sent.Count, two.Sent.Count));
    }

    [Fact]
    public async Task First_NoneWorks_IsRetriedAndSaid()
    {
        var rejected = new DeliveryResult.Rejected(DeliveryReason.DestinationGone, "HTTP 410");
        RecordingNotifier one = new RecordingNotifier().Then(Busy, Busy, Busy),
            two = new RecordingNotifier().Then(rejected, rejected, rejected);
        await using var first = MultiNotifier.FirstThatWorks(one, two);

        var result = await first.NotifyAsync("hello", Context, Token);

        Assert.Equal(3, result.Attempts);
        Assert.Equal("recording: ServerError HTTP 500; recording: DestinationGone HTTP 410", result.Last.Detail);
    }

    [Fact]
    public async Task First_EachChannelGoesOnWithItsOwnThreadsAndReplacesItsOwnMessages()
    {
        ThreadingNotifier one = new(),
            two = new();
        await using var first = MultiNotifier.FirstThatWorks(one, two);
        var context = TaskContext.FromPod() with { Retry = RetryPolicy.Once };
        async Task SendAsync(string id) =>
            await first.NotifyAsync(context.Compose(id) with { Id = id, ThreadKey = "x", UpdateKey = "u" }, context, Token);

        await SendAsync("m-1");
        one.Fails = true;
        await SendAsync("m-2");
        await SendAsync("m-3");
        one.Fails = false;
        await SendAsync("m-4");

        Assert.Equal((null, "receipt of m-1"), (one.Under["m-1"], one.Under["m-4"]));
        Assert.Equal((null, "receipt of m-2"), (two.Under["m-2"], two.Under["m-3"]));
        Assert.Equal(("receipt of m-1", "receipt of m-2"), (one.Replaced["m-4"], two.Replaced["m-3"]));
    }

    [Fact]
    public async Task Targeted_AnyMessage_GoesToItsTarget()
    {
        var channel = new RecordingNotifier();
        await using var targeted = new TargetedNotifier(channel, "#ml");

        await targeted.NotifyAsync("hello", Context with { Target = "#other" }, Token);

        Assert.Equal("#ml", Assert.Single(channel.Sent).Target);
    }

    private static DeliveryResult.Retry Busy => new(DeliveryReason.ServerError, "HTTP 500");
}
