namespace Transponder.Notifiers.Pods;

/// <summary>Sends one message from a pod: few attempts within one deadline. Every outcome is a value, cancellation included.</summary>
internal static class PodDelivery
{
    public static async Task<NotifyResult> SendAsync(
        Notifier notifier,
        Message message,
        TaskContext context,
        CancellationToken cancellationToken
    )
    {
        var start = context.Time.GetTimestamp();
        using var deadline = new CancellationTokenSource(context.Retry.Deadline, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var span = NotifyTelemetry.Begin(notifier);
        var fitting = context.Place(notifier, notifier.Fit(message));
        var attempts = 0;
        DeliveryResult? last = null;
        try
        {
            while (true)
            {
                attempts++;
                last = Clean(await notifier.SendAsync(fitting, both.Token).WaitAsync(both.Token).ConfigureAwait(false), context.Secrets);
                if (
                    last is not DeliveryResult.Retry failure
                    || attempts >= Math.Min(context.Retry.MaxAttempts, failure.AtMost ?? int.MaxValue)
                )
                    break;
                var pause = context.Retry.PauseAfter(attempts, failure);
                if (context.Time.GetElapsedTime(start) + pause >= context.Retry.Deadline)
                    break;
                await Task.Delay(pause, context.Time, both.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            last = cancellationToken.IsCancellationRequested
                ? new DeliveryResult.Retry(DeliveryReason.Interrupted, "the caller cancelled; whether the message arrived is unknown")
                : last
                    ?? new DeliveryResult.Retry(DeliveryReason.Timeout, $"no answer within {context.Retry.Deadline.TotalSeconds:0.###} s");
        }
        context.Remember(notifier, fitting, last);
        NotifyTelemetry.End(span, notifier, last);
        return new NotifyResult(notifier.Type, last, attempts, context.Time.GetElapsedTime(start));
    }

    private static DeliveryResult Clean(DeliveryResult result, TaskSecrets secrets)
    {
        var detail = ResultText.Clean(result.Detail, secrets);
        return result switch
        {
            DeliveryResult.Delivered delivered => new DeliveryResult.Delivered(delivered.Receipt, detail),
            DeliveryResult.Retry retry => new DeliveryResult.Retry(retry.Reason, detail, retry.After) { AtMost = retry.AtMost },
            DeliveryResult.Rejected rejected => new DeliveryResult.Rejected(rejected.Reason, detail, rejected.Scope),
            _ => result,
        };
    }
}
