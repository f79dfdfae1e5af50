using Transponder.Core.Diagnostics;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>One attempt of one delivery: render, send, learn, decide. Never throws: every failure becomes an outcome to record.</summary>
internal sealed class AttemptPipeline(
    DeliveryEnvironment environment,
    MessageRenderer renderer,
    DestinationLease lease,
    Channel channel,
    DestinationState state
)
{
    public async Task<SentDelivery> RunAsync(ClaimedDelivery claim, Permit permit, CancellationToken cut)
    {
        using var span = DeliveryTrace.Begin(claim);
        var message = Render(claim);
        var started = environment.Time.GetUtcNow();
        var clock = environment.Time.GetTimestamp();
        var isOpen = channel.IsOpenTo(claim.Execution.Project, claim.Execution.Domain);
        var result = isOpen ? await SendAsync(claim, message.Message, cut).ConfigureAwait(false) : Closed(claim);
        DeliveryTrace.End(span, result);
        Learn(isOpen ? result : null, permit);
        return Decide(claim, message, result, started, environment.Time.GetElapsedTime(clock));
    }

    // Asked at each attempt, so that neither an old launch plan nor a replay gets round a changed configuration.
    private static DeliveryResult.Rejected Closed(ClaimedDelivery claim) =>
        new(
            DeliveryReason.ChannelClosed,
            $"channel {claim.Channel} is not open to project {claim.Execution.Project}, domain {claim.Execution.Domain}"
        );

    private RenderedMessage Render(ClaimedDelivery claim)
    {
        var rendered = renderer.Render(channel, claim);
        if (rendered.Failure is { } failure)
        {
            environment.Metrics.RenderFailed(lease.Channel);
            DeliveryLog.RenderFailed(environment.Log, failure, claim.DeliveryId);
        }
        return rendered;
    }

    /// <summary>One attempt; null when the engine's stop cut it off, and so nobody knows whether the message arrived.</summary>
    private async Task<DeliveryResult?> SendAsync(ClaimedDelivery claim, Message message, CancellationToken cut)
    {
        try
        {
            var result = await channel.Notifier.SendAsync(message, cut).ConfigureAwait(false);
            if (result.Reason == DeliveryReason.InternalError)
                DeliveryLog.NotifierFailed(environment.Log, null, lease.Channel, claim.DeliveryId, result.Detail);
            return result;
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error)
        {
            DeliveryLog.NotifierFailed(environment.Log, error, lease.Channel, claim.DeliveryId, error.GetType().Name);
            return new DeliveryResult.Retry(DeliveryReason.InternalError, error.GetType().Name);
        }
    }

    private void Learn(DeliveryResult? result, Permit permit)
    {
        switch (result is null ? StateChange.None : state.Learn(result, permit))
        {
            case StateChange.Parked when state.Parked is { } parked:
                DeliveryLog.Parked(environment.Log, lease.Destination, parked.Reason, parked.Detail);
                break;
            case StateChange.Resumed:
                DeliveryLog.Resumed(environment.Log, lease.Destination);
                break;
            case StateChange.BreakerOpened:
                DeliveryLog.BreakerOpened(environment.Log, lease.Destination, state.OpenUntil);
                break;
            case StateChange.BreakerClosed:
                DeliveryLog.BreakerClosed(environment.Log, lease.Destination);
                break;
            default:
                break;
        }
        if (result is null)
            state.Withdraw(permit);
    }

    private SentDelivery Decide(
        ClaimedDelivery claim,
        RenderedMessage message,
        DeliveryResult? result,
        DateTimeOffset started,
        TimeSpan latency
    )
    {
        var now = environment.Time.GetUtcNow();
        var verdict = result is null
            ? new Verdict(AttemptOutcome.Interrupted, DeliveryState.Retrying, now, claim.Step)
            : RetryPolicy.Decide(claim, result, channel.Limits.Schedule, now, environment.Options.Random());
        var reason = result?.Reason ?? DeliveryReason.Interrupted;
        var detail = AttemptDetail.Of(result, message.Failure);
        if (verdict.State == DeliveryState.Dead)
            DeliveryLog.Dead(environment.Log, claim.DeliveryId, reason, detail);
        return new SentDelivery(
            claim,
            new DeliveryOutcome(
                claim.RowId,
                new DeliveryAttempt(claim.Attempt, started, latency, verdict.Outcome, reason, detail),
                verdict.State,
                verdict.NextAttemptAt,
                verdict.Step,
                message.Message.Title,
                (result as DeliveryResult.Delivered)?.Receipt
            )
            {
                Lane = claim.Lane,
                BeginsThread = channel.Notifier.KeepsThreads && claim.ThreadReceipt is null,
            }
        );
    }
}

/// <summary>A delivery after an attempt.</summary>
internal sealed record SentDelivery(ClaimedDelivery Claim, DeliveryOutcome Outcome);
