using Transponder.Core.Events;
using Transponder.Tests.Core.Egress;
using Xunit;
using static Transponder.Tests.Core.Egress.EgressFixture;

namespace Transponder.Tests.Core.Events;

public sealed class LogFeedTests
{
    [Fact]
    public async Task Read_OfWhatTheRingNoLongerHas_ComesFromTheStore()
    {
        await using var fixture = await CreateAsync();
        await using var feed = new LogFeed(fixture.Store.Events, fixture.Time, maxBytes: 2000);
        await WaitForAsync(fixture, feed, 20);

        Assert.False(feed.TryRead(0, null, 100, out _));
        Assert.True(feed.TryRead(18, null, 100, out var near));
        Assert.Equal([19, 20], near.Events.Select(one => one.Position));
        var all = await feed.ReadAsync(0, null, 100, Token);
        Assert.Equal((20, 20), (all.Events.Count, all.Through));
        var first = await feed.ReadAsync(0, null, 7, Token);
        Assert.Equal((7, 7), (first.Events.Count, first.Through));
    }

    [Fact]
    public async Task Wait_OfSeveralReaders_EndsForEachWhoseTimeHasCome()
    {
        await using var fixture = await CreateAsync();
        await using var feed = new LogFeed(fixture.Store.Events, fixture.Time);
        var later = feed.WaitAsync(5, Token);
        await WaitForAsync(fixture, feed, 5);
        Assert.False(later.IsCompleted);

        await fixture.AddAsync("a");
        feed.Wake();

        await fixture.UntilAsync(() => later.IsCompletedSuccessfully, "the one that waited for more");
    }

    [Fact]
    public async Task Wait_ForWhatAnotherProcessCommits_EndsWithoutAnybodySayingSo()
    {
        await using var fixture = await CreateAsync();
        await using var feed = new LogFeed(fixture.Store.Events, fixture.Time);
        var wait = feed.WaitAsync(0, Token);
        await fixture.UntilAsync(() => feed.TryRead(0, null, 1, out _), "the beginning");
        await fixture.AddAsync("a");

        await fixture.UntilAsync(() => wait.IsCompletedSuccessfully, "the poll", 0.2);
    }

    [Fact]
    public async Task Dispose_WhileSomebodyWaits_EndsTheWait()
    {
        await using var fixture = await CreateAsync();
        var feed = new LogFeed(fixture.Store.Events, fixture.Time);
        var wait = feed.WaitAsync(0, Token);
        await fixture.UntilAsync(() => feed.TryRead(0, null, 1, out _), "the beginning");

        await feed.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => feed.WaitAsync(0, Token));
    }

    private static async Task WaitForAsync(EgressFixture fixture, LogFeed feed, int count)
    {
        var wait = feed.WaitAsync(0, Token);
        await fixture.UntilAsync(() => feed.TryRead(0, null, 1, out _), "the beginning");
        await fixture.AddAsync("a", count);
        feed.Wake();
        await fixture.UntilAsync(() => wait.IsCompletedSuccessfully, "events");
    }
}
