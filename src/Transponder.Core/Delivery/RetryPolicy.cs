using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>From an attempt's result to the state that follows. Pure, but for the random spread of waits.</summary>
internal static class RetryPolicy
{
    public static Verdict Decide(ClaimedDelivery claim, DeliveryResult result, RetrySchedule schedule, DateTimeOffset now, double random) =>
        result switch
        {
            DeliveryResult.Delivered => new Verdict(AttemptOutcome.Delivered, DeliveryState.Delivered, null, claim.Step),
            DeliveryResult.Rejected { Scope: RejectionScope.Destination } => Again(claim.Step, now),
            DeliveryResult.Rejected => new Verdict(AttemptOutcome.Rejected, DeliveryState.Dead, null, claim.Step),
            DeliveryResult.Retry retry => AfterFailure(claim, retry, schedule, now, random),
            _ => throw new ArgumentException($"unknown result {result.GetType().Name}", nameof(result)),
        };

    private static Verdict AfterFailure(
        ClaimedDelivery claim,
        DeliveryResult.Retry retry,
        RetrySchedule schedule,
        DateTimeOffset now,
        double random
    )
    {
        var answered = retry.Reason != DeliveryReason.ConnectFailed;
        var wait = answered ? schedule.WaitAfter(claim.Step, random) : RetrySchedule.WaitToConnect(claim.Attempt - 1 - claim.Step, random);
        if (wait is not { } listed || retry.AtMost <= claim.Step + 1)
            return Dead(claim.Step);

        var due = now + Max(listed, Min(retry.After ?? TimeSpan.Zero, RetrySchedule.LongestRetryAfter));
        var step = answered ? claim.Step + 1 : claim.Step;
        return due - claim.ActiveSince > schedule.MaxAge
            ? Dead(step)
            : new Verdict(AttemptOutcome.Retry, DeliveryState.Retrying, due, step);
    }

    private static Verdict Again(int step, DateTimeOffset now) => new(AttemptOutcome.Rejected, DeliveryState.Retrying, now, step);

    private static Verdict Dead(int step) => new(AttemptOutcome.Retry, DeliveryState.Dead, null, step);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>What follows from an attempt.</summary>
internal readonly record struct Verdict(AttemptOutcome Outcome, DeliveryState State, DateTimeOffset? NextAttemptAt, int Step);
