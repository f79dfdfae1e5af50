using Transponder.Core.Store;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Replays_OneOfASinkAtATime_TheOldestFirst()
    {
        await Store.Replays.AddAsync(Replay("r1", "kafka"), Token);
        await Store.Replays.AddAsync(Replay("r2", "kafka"), Token);
        await Store.Replays.AddAsync(Replay("r3", "http"), Token);
        await Store.Replays.AddAsync(Replay("r4", "elsewhere"), Token);

        var held = await Store.Replays.LeaseAsync("a", ["kafka", "http"], LongLease, Token);

        Assert.Equal(["r1", "r3"], held.Select(lease => lease.Replay.ReplayId).Order());
        Assert.Empty(await Store.Replays.LeaseAsync("b", ["kafka", "http"], LongLease, Token));
        var first = held.Single(lease => lease.Replay.Sink == "kafka");
        var done = new ReplayProgress(90, ReplayState.Done, Sent: 7, Refused: 1);
        Assert.True(await Store.Replays.SaveAsync(first, done, Now, Token));
        Assert.Equal("r2", (await Store.Replays.LeaseAsync("b", ["kafka"], LongLease, Token)).Single().Replay.ReplayId);
        var stored = await Store.Replays.GetAsync("r1", Token);
        Assert.Equal(Replay("r1", "kafka") with { Progress = done, Filter = stored!.Filter }, stored);
        Assert.Equal([1, 2, 3], stored.Filter);
        Assert.Equal(["r4", "r3", "r2"], (await Store.Replays.ListAsync(3, Token)).Select(replay => replay.ReplayId));
    }

    [Fact]
    public async Task Replays_LeaseThatExpires_IsTakenWithAHigherFence_AndTheFormerOwnerWritesNothing()
    {
        await Store.Replays.AddAsync(Replay("r1", "kafka"), Token);
        var former = (await Store.Replays.LeaseAsync("a", ["kafka"], LongLease, Token)).Single();
        Assert.Equal(former.Fence, (await Store.Replays.LeaseAsync("a", ["kafka"], Brief, Token)).Single().Fence);

        ReplayLease? taken = null;
        await Eventually.TrueAsync(
            async () => (taken = (await Store.Replays.LeaseAsync("b", ["kafka"], LongLease, Token)).SingleOrDefault()) is not null,
            "the lease's end"
        );

        Assert.True(taken!.Fence > former.Fence);
        Assert.False(await Store.Replays.SaveAsync(former, new(5, ReplayState.Done), Now, Token));
        Assert.True(await Store.Replays.SaveAsync(taken, new(6, ReplayState.Running), Now, Token));
        Assert.Equal(6, (await Store.Replays.GetAsync("r1", Token))!.Progress.Position);
    }

    [Fact]
    public async Task Replays_Cancelled_EndForTheirOwnerToo()
    {
        await Store.Replays.AddAsync(Replay("r1", "kafka"), Token);
        var lease = (await Store.Replays.LeaseAsync("a", ["kafka"], LongLease, Token)).Single();

        Assert.True(await Store.Replays.CancelAsync("r1", Now, Token));

        Assert.False(await Store.Replays.CancelAsync("r1", Now, Token));
        Assert.False(await Store.Replays.CancelAsync("unknown", Now, Token));
        Assert.False(await Store.Replays.SaveAsync(lease, new(5, ReplayState.Running), Now, Token));
        Assert.Empty(await Store.Replays.LeaseAsync("a", ["kafka"], LongLease, Token));
        Assert.Null(await Store.Replays.GetAsync("unknown", Token));
    }

    [Fact]
    public async Task Replays_GivenBack_AreTakenAtOnce()
    {
        await Store.Replays.AddAsync(Replay("r1", "kafka"), Token);
        await Store.Replays.LeaseAsync("a", ["kafka"], LongLease, Token);

        await Store.Replays.ReleaseAsync("a", Token);

        Assert.Single(await Store.Replays.LeaseAsync("b", ["kafka"], LongLease, Token));
    }

    private static ReplayRecord Replay(string id, string sink) =>
        new(id, sink, 90, [1, 2, 3], 100, new ReplayProgress(4, ReplayState.Running), "ada", Now, Now);
}
