using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class CircuitBreakerTests
{
    private static readonly DeliveryResult Good = new DeliveryResult.Delivered();
    private static readonly DeliveryResult Bad = new DeliveryResult.Retry(DeliveryReason.ServerError, "503");
    private static readonly DeliveryResult Unreachable = new DeliveryResult.Retry(DeliveryReason.ConnectFailed, "refused");

    private readonly FakeTimeProvider time = new();
    private readonly CircuitBreaker breaker;

    public CircuitBreakerTests() => breaker = new CircuitBreaker(time);

    [Fact]
    public void Record_NineFailures_StaysClosed()
    {
        Record(Bad, 9);

        Assert.Equal(BreakerState.Closed, breaker.State);
        Assert.Equal(int.MaxValue, breaker.Budget());
    }

    [Fact]
    public void Record_SevenOfTenFailed_OpensForThirtySeconds()
    {
        Record(Good, 3);
        Record(Bad, 7);

        Assert.Equal(BreakerState.Open, breaker.State);
        Assert.Equal(time.GetUtcNow().AddSeconds(30), breaker.OpenUntil);
        Assert.Equal(0, breaker.Budget());
    }

    [Fact]
    public void Record_SixOfTenFailed_StaysClosed()
    {
        Record(Good, 4);
        Record(Bad, 6);

        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void Record_FailuresOlderThanFiveMinutes_DoNotCount()
    {
        Record(Bad, 9);
        time.Advance(TimeSpan.FromSeconds(301));
        Record(Bad, 1);

        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void Record_RefusedMessages_AreAnswersAndDoNotOpen()
    {
        Record(new DeliveryResult.Rejected(DeliveryReason.MessageRejected, "400"), 100);

        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void Budget_AfterTheOpenTime_IsOneProbe()
    {
        Record(Bad, 10);
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(1, breaker.Budget());
        Assert.True(breaker.Admit());
        Assert.Equal(0, breaker.Budget());
    }

    [Fact]
    public void Record_FailedProbes_DoubleTheOpenTimeToTenMinutes()
    {
        Record(Bad, 10);

        var opened = new List<double>();
        for (var i = 0; i < 7; i++)
            opened.Add(FailProbe(Bad));

        Assert.Equal([60, 120, 240, 480, 600, 600, 600], opened);
    }

    [Fact]
    public void Record_FailedConnections_AreProbedWithinAMinute()
    {
        Record(Unreachable, 10);

        for (var i = 0; i < 7; i++)
            Assert.InRange(FailProbe(Unreachable), 1, 60);
    }

    [Fact]
    public void Record_ProbeAccepted_ClosesAndForgets()
    {
        Record(Bad, 10);
        time.Advance(TimeSpan.FromSeconds(30));
        breaker.Budget();
        breaker.Record(Good, breaker.Admit());
        Record(Bad, 9);

        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void Record_LateResultOfAnEarlierSend_DoesNotJudgeTheProbe()
    {
        Record(Bad, 10);
        time.Advance(TimeSpan.FromSeconds(30));
        breaker.Budget();
        breaker.Admit();
        breaker.Record(Bad, probe: false);

        Assert.Equal(BreakerState.HalfOpen, breaker.State);
    }

    [Fact]
    public void Withdraw_ProbeNotSent_AllowsAnother()
    {
        Record(Bad, 10);
        time.Advance(TimeSpan.FromSeconds(30));
        breaker.Budget();
        breaker.Admit();
        breaker.Withdraw();

        Assert.Equal(1, breaker.Budget());
    }

    [Fact]
    public void Restore_SavedOpenState_StaysOpenUntilThen()
    {
        breaker.Restore(time.GetUtcNow().AddSeconds(20), TimeSpan.FromSeconds(120));

        Assert.Equal(0, breaker.Budget());
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(1, breaker.Budget());
        Assert.Equal(TimeSpan.FromSeconds(120), breaker.OpenFor);
    }

    private void Record(DeliveryResult result, int times)
    {
        for (var i = 0; i < times; i++)
            breaker.Record(result, probe: false);
    }

    private double FailProbe(DeliveryResult result)
    {
        time.Advance(breaker.OpenUntil!.Value - time.GetUtcNow());
        Assert.Equal(1, breaker.Budget());
        breaker.Record(result, breaker.Admit());
        return (breaker.OpenUntil!.Value - time.GetUtcNow()).TotalSeconds;
    }
}
