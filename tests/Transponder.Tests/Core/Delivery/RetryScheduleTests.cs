using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Webhook_AllWaits_LastSeventyFiveHours() =>
        Assert.Equal(75.6, RetrySchedule.Webhook.Waits.Sum(wait => wait.TotalHours), precision: 1);

    [Fact]
    public void Mail_Waits_AreTheListedOnes() =>
        Assert.Equal(
            ["00:00:30", "00:05:00", "00:30:00", "02:00:00", "08:00:00", "1.00:00:00"],
            RetrySchedule.Mail.Waits.Select(wait => wait.ToString())
        );

    [Theory]
    [InlineData(0.0, 15)]
    [InlineData(0.5, 30)]
    [InlineData(1.0, 45)]
    public void WaitAfter_Random_SpreadsByHalf(double random, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.Mail.WaitAfter(0, random));

    [Fact]
    public void WaitAfter_UsedUp_IsNone() => Assert.Null(RetrySchedule.Mail.WaitAfter(6, 0.5));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 5)]
    [InlineData(2, 15)]
    [InlineData(3, 30)]
    [InlineData(4, 60)]
    [InlineData(5, 60)]
    [InlineData(500, 60)]
    public void WaitToConnect_Random_NeverWaitsLongerThanListed(int earlier, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.WaitToConnect(earlier, 0));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 0.8), RetrySchedule.WaitToConnect(earlier, 1));
    }

    [Fact]
    public void Decide_AnsweredFailure_UsesAStep()
    {
        var verdict = Decide(Claim(attempt: 1, step: 0), new DeliveryResult.Retry(DeliveryReason.ServerError, "503"));

        Assert.Equal(new Verdict(AttemptOutcome.Retry, DeliveryState.Retrying, Now.AddSeconds(30), 1), verdict);
    }

    [Fact]
    public void Decide_NoConnection_UsesNone()
    {
        var verdict = Decide(Claim(attempt: 4, step: 1), new DeliveryResult.Retry(DeliveryReason.ConnectFailed, "refused"));

        Assert.Equal(new Verdict(AttemptOutcome.Retry, DeliveryState.Retrying, Now.AddSeconds(15 * 0.9), 1), verdict);
    }

    [Theory]
    [InlineData(10, 30)]
    [InlineData(100, 100)]
    [InlineData(90000, 3600)]
    public void Decide_RetryAfter_IsAFloorOfAtMostAnHour(int asked, int waited)
    {
        var verdict = Decide(
            Claim(attempt: 1, step: 0),
            new DeliveryResult.Retry(DeliveryReason.Throttled, "429", TimeSpan.FromSeconds(asked))
        );

        Assert.Equal(Now.AddSeconds(waited), verdict.NextAttemptAt);
    }

    [Fact]
    public void Decide_ScheduleUsedUp_GivesUp() =>
        Assert.Equal(DeliveryState.Dead, Decide(Claim(attempt: 7, step: 6), new DeliveryResult.Retry(DeliveryReason.Timeout, "")).State);

    [Fact]
    public void Decide_TooOld_GivesUpEvenWithoutAnAnswer() =>
        Assert.Equal(
            DeliveryState.Dead,
            Decide(
                Claim(attempt: 7000, step: 0, age: TimeSpan.FromDays(5)),
                new DeliveryResult.Retry(DeliveryReason.ConnectFailed, "")
            ).State
        );

    [Fact]
    public void Decide_MessageRefused_GivesUpAtOnce() =>
        Assert.Equal(
            new Verdict(AttemptOutcome.Rejected, DeliveryState.Dead, null, 0),
            Decide(Claim(1, 0), new DeliveryResult.Rejected(DeliveryReason.MessageRejected, "400"))
        );

    [Fact]
    public void Decide_DestinationRefused_KeepsTheDeliveryAndItsSteps() =>
        Assert.Equal(
            new Verdict(AttemptOutcome.Rejected, DeliveryState.Retrying, Now, 2),
            Decide(Claim(3, 2), new DeliveryResult.Rejected(DeliveryReason.AuthFailed, "401", RejectionScope.Destination))
        );

    private static Verdict Decide(ClaimedDelivery claim, DeliveryResult result) =>
        RetryPolicy.Decide(claim, result, RetrySchedule.Mail, Now, random: 0.5);

    private static ClaimedDelivery Claim(int attempt, int step, TimeSpan age = default) =>
        new()
        {
            RowId = 1,
            DeliveryId = "d",
            Channel = "email",
            Target = null,
            Notification = 0,
            Attempt = attempt,
            Step = step,
            CreatedAt = Now - age,
            ActiveSince = Now - age,
            Replay = false,
            Execution = new ExecutionKey("p", "d", "n"),
            Spec = [],
            Closure = [],
            Cluster = "",
            Event = [],
        };
}
