using Transponder.Notifiers.Timing;
using Xunit;

namespace Transponder.Tests.Notifiers.Timing;

public sealed class StrategyTests
{
    [Fact]
    public void StartAndEnd_EachMoment_SaysItsSentence()
    {
        var run = When.Any(When.Started(), When.Ended()).Begin();

        Assert.Equal(["train has started"], Titles(run, new Moment.Started()));
        Assert.Empty(Titles(run, new Moment.Beat()));
        Assert.Equal(["train has succeeded"], Titles(run, new Moment.Succeeded()));
        Assert.Equal(["train has failed: ArgumentException"], Titles(run, new Moment.Failed(new ArgumentException("no"))));
        Assert.Equal(["train was terminated"], Titles(run, new Moment.Terminated()));
    }

    [Fact]
    public void Failed_Error_IsSaidWithoutItsStackAndCut()
    {
        var notice = Assert.Single(
            When.Failed()
                .Begin()
                .On(new Moment.Failed(new InvalidOperationException(new string('x', 5000))) { Elapsed = TimeSpan.FromSeconds(65) })
        );

        Assert.Equal($"{new string('x', 1999)}…\n\nIt ran for 1m 5s.", notice.Body);
    }

    [Fact]
    public void Progress_Quarters_AreSaidOnceEach()
    {
        var run = When.Progress(0.25).Begin();
        var said = Enumerable.Range(0, 101).SelectMany(i => Titles(run, new Moment.Progressed(i / 100.0, null)));

        Assert.Equal(["train is at 25 %", "train is at 50 %", "train is at 75 %"], said);
    }

    [Fact]
    public void Progress_TenthsAddedUp_AreNotMissed()
    {
        var run = When.Progress(0.1).Begin();
        var (sum, said) = (0.0, 0);
        for (var i = 1; i < 10; i++)
            said += Titles(run, new Moment.Progressed(sum += 0.1, null)).Length;

        Assert.Equal(9, said);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Progress_Nonsense_IsNotSaid(double fraction) =>
        Assert.Empty(Titles(When.Progress(0.25).Begin(), new Moment.Progressed(fraction, null)));

    [Fact]
    public void Steps_EveryHundred_AreSaidOnceThoughJumped()
    {
        var run = When.Steps(100).Begin();

        Assert.Empty(Titles(run, new Moment.Stepped(99)));
        Assert.Equal(["train has done 100 steps"], Titles(run, new Moment.Stepped(100)));
        Assert.Empty(Titles(run, new Moment.Stepped(199)));
        Assert.Equal(["train has done 450 steps"], Titles(run, new Moment.Stepped(450)));
    }

    [Fact]
    public void Every_Hour_IsSaidWithTheLatestProgress()
    {
        var run = When.Every(TimeSpan.FromHours(1)).Begin();

        Assert.Equal(TimeSpan.FromHours(1), run.WakeAt);
        Assert.Empty(run.On(new Moment.Progressed(0.1, "epoch 3") { Elapsed = TimeSpan.FromMinutes(59) }));
        Assert.Equal(
            [new Notice("The job has been running for 1h 0m", "epoch 3") { IsProgress = true }],
            run.On(new Moment.Passed { Elapsed = TimeSpan.FromHours(1) })
        );
        Assert.Equal(TimeSpan.FromHours(2), run.WakeAt);
        Assert.Single(run.On(new Moment.Passed { Elapsed = TimeSpan.FromHours(4.5) }));
        Assert.Equal(TimeSpan.FromHours(5), run.WakeAt);
    }

    [Fact]
    public void LongerThan_TimePassed_IsSaidOnce()
    {
        var run = When.LongerThan(TimeSpan.FromMinutes(30)).Begin();

        Assert.Equal(TimeSpan.FromMinutes(30), run.WakeAt);
        Assert.Equal(["train is still running after 30m 0s"], Titles(run, new Moment.Passed { Elapsed = TimeSpan.FromMinutes(30) }));
        Assert.Empty(Titles(run, new Moment.Passed { Elapsed = TimeSpan.FromMinutes(31) }));
        Assert.Null(run.WakeAt);
    }

    [Fact]
    public void BeforeTimeout_Time_IsWhatIsLeft()
    {
        var run = When.BeforeTimeout(TimeSpan.FromHours(2), TimeSpan.FromMinutes(10)).Begin();

        Assert.Equal(TimeSpan.FromMinutes(110), run.WakeAt);
        Assert.Equal(["train will time out in 9m 0s"], Titles(run, new Moment.Passed { Elapsed = TimeSpan.FromMinutes(111) }));
    }

    [Fact]
    public void Idle_SignOfLife_BeginsANewSpell()
    {
        var run = When.Idle(TimeSpan.FromMinutes(5)).Begin();
        string[] At(Moment moment, double minutes) => Titles(run, moment with { Elapsed = TimeSpan.FromMinutes(minutes) });

        Assert.Empty(At(new Moment.Started(), 0));
        Assert.Equal(["train has shown no progress for 5m 0s"], At(new Moment.Passed(), 5));
        Assert.Empty(At(new Moment.Passed(), 6));
        Assert.Empty(At(new Moment.Beat(), 20));
        Assert.Equal(TimeSpan.FromMinutes(25), run.WakeAt);
        Assert.Equal(["train has shown no progress for 5m 0s"], At(new Moment.Passed(), 25));
    }

    [Fact]
    public void AtMost_TooMany_AreCountedInTheNext()
    {
        var run = When.Steps(1).AtMost(2, TimeSpan.FromMinutes(1)).Begin();
        Notice[] At(long step, int seconds) => [.. run.On(new Moment.Stepped(step) { Elapsed = TimeSpan.FromSeconds(seconds) })];

        Assert.Single(At(1, 0));
        Assert.Single(At(2, 10));
        Assert.Empty(At(3, 20));
        Assert.Empty(At(4, 59));
        Assert.Equal("(2 messages before it were left out.)", Assert.Single(At(5, 60)).Body);
        Assert.Empty(At(6, 69));
        Assert.Equal("(1 message before it was left out.)", Assert.Single(At(7, 70)).Body);
    }

    [Fact]
    public void AtMost_SeveralTogether_ShareTheLimitAndTheWake()
    {
        var run = When.Any(When.Every(TimeSpan.FromMinutes(2)), When.LongerThan(TimeSpan.FromMinutes(2)))
            .AtMost(1, TimeSpan.FromHours(1))
            .Begin();

        Assert.Equal(TimeSpan.FromMinutes(2), run.WakeAt);
        Assert.Single(run.On(new Moment.Passed { Elapsed = TimeSpan.FromMinutes(2) }));
    }

    [Fact]
    public void Begin_TwoRuns_AreApart()
    {
        var strategy = When.Steps(1);

        Assert.Single(strategy.Begin().On(new Moment.Stepped(1)));
        Assert.Single(strategy.Begin().On(new Moment.Stepped(1)));
    }

    private static string[] Titles(StrategyRun run, Moment moment) =>
        [.. run.On(moment with { Job = "train" }).Select(notice => notice.Title)];
}
