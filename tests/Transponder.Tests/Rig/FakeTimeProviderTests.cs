using Xunit;

namespace Transponder.Tests.Rig;

public sealed class FakeTimeProviderTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Delay_ClockMovedPastIt_Ends()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(5), _time, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(delay.IsCompleted);
        Assert.Equal(TimeSpan.FromSeconds(1), _time.UntilNextTimer);

        _time.Advance(TimeSpan.FromSeconds(1));

        await delay;
        Assert.Equal(0, _time.WaitingTimers);
    }

    [Fact]
    public void Timers_OneAdvance_FireInOrderAtTheirOwnMoments()
    {
        var start = _time.GetUtcNow();
        var fired = new List<(string, double)>();
        using var second = _time.CreateTimer(_ => fired.Add(("b", Elapsed())), null, Seconds(3), Timeout.InfiniteTimeSpan);
        using var first = _time.CreateTimer(_ => fired.Add(("a", Elapsed())), null, Seconds(1), Seconds(2));

        _time.Advance(Seconds(4));

        Assert.Equal([("a", 1), ("b", 3), ("a", 3)], fired);

        double Elapsed() => (_time.GetUtcNow() - start).TotalSeconds;
    }

    [Fact]
    public void Advance_WhileAnotherAdvances_NeverTurnsTheClockBack()
    {
        var start = _time.GetUtcNow();
        using var timer = _time.CreateTimer(_ => _time.Advance(Seconds(5)), null, Seconds(1), Timeout.InfiniteTimeSpan);

        _time.Advance(Seconds(2));

        Assert.Equal(start + Seconds(6), _time.GetUtcNow());
    }

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
}
