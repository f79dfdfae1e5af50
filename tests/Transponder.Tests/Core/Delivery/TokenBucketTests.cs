using Transponder.Core.Delivery;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Available_NoRate_IsUnlimited()
    {
        var bucket = new TokenBucket(null, 1, time);
        bucket.Take(1_000_000);

        Assert.Equal(int.MaxValue, bucket.Available());
        Assert.Equal(TimeSpan.Zero, bucket.Wait());
    }

    [Fact]
    public void Take_WholeBurst_RefillsAtTheRate()
    {
        var bucket = new TokenBucket(2, 5, time);
        bucket.Take(5);

        Assert.Equal(0, bucket.Available());
        Assert.Equal(TimeSpan.FromSeconds(0.5), bucket.Wait());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, bucket.Available());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(5, bucket.Available());
    }

    [Fact]
    public void Throttled_Rate_IsHalvedAndGrowsBack()
    {
        var bucket = new TokenBucket(8, 5, time);
        bucket.Throttled(null);
        Assert.Equal(4, bucket.Rate);

        for (var i = 0; i < 9; i++)
            bucket.Succeeded();
        Assert.InRange(bucket.Rate!.Value, 7.5, 7.7);
        bucket.Succeeded();
        Assert.Equal(8, bucket.Rate);
    }

    [Fact]
    public void Throttled_NoRate_GetsOneAndLosesItAgain()
    {
        var bucket = new TokenBucket(null, 5, time);
        bucket.Throttled(null);
        Assert.NotNull(bucket.Rate);

        for (var i = 0; i < 100; i++)
            bucket.Succeeded();
        Assert.Null(bucket.Rate);
    }

    [Fact]
    public void Throttled_WithRetryAfter_PausesThatLongButAtMostAnHour()
    {
        var bucket = new TokenBucket(10, 5, time);
        bucket.Throttled(TimeSpan.FromSeconds(90));

        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(0, bucket.Available());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bucket.Available() > 0);

        bucket.Throttled(TimeSpan.FromDays(1));
        Assert.Equal(TimeSpan.FromHours(1), bucket.Wait());
    }
}
