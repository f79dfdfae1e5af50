using Transponder.Core.Delivery;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class ClaimAheadTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Reserve_BeforeTheStoreIsKnownToBeEmpty_HasNoRoom()
    {
        var ahead = new ClaimAhead(32, time);

        Assert.Equal(0, ahead.Reserve(1));
        ahead.Claimed(count: 10, asked: 10);
        Assert.Equal(0, ahead.Reserve(1));
        ahead.Claimed(count: 3, asked: 10);
        Assert.Equal(1, ahead.Reserve(1));
        Assert.Equal(14, ahead.UnderWay);
    }

    [Fact]
    public void Reserve_MoreThanThereIsRoomFor_LetsTheStoreGoFirst()
    {
        var ahead = Open(32);

        Assert.Equal(32, ahead.Reserve(40));
        ahead.Release(32);

        Assert.Equal(0, ahead.Reserve(1));
        Assert.Equal(32, ahead.Free());
        ahead.Claimed(count: 8, asked: 32);
        Assert.Equal(1, ahead.Reserve(1));
    }

    [Fact]
    public void Free_LessThanHalf_LetsTheStoreGoFirst()
    {
        var ahead = Open(32);
        Assert.Equal(20, ahead.Reserve(20));

        Assert.Equal(0, ahead.Free());

        ahead.Release(20);
        Assert.Equal(0, ahead.Reserve(1));
    }

    [Fact]
    public void Sent_QuicklyAndInUse_GrowsAndShrinksWithTheTimeItTakes()
    {
        var ahead = Open(32);
        Assert.Equal(32, ahead.Reserve(32));
        for (var i = 0; i < 1000; i++)
            ahead.Sent(time.GetTimestamp());
        ahead.Release(32);
        Assert.Equal(66, ahead.Free());

        var early = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(250));
        for (var i = 0; i < 1000; i++)
            ahead.Sent(early);
        Assert.Equal(32, ahead.Free());
    }

    private ClaimAhead Open(int least)
    {
        var ahead = new ClaimAhead(least, time);
        ahead.Claimed(count: 0, asked: least);
        return ahead;
    }
}
