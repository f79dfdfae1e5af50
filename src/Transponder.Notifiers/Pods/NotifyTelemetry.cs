using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Transponder.Notifiers.Pods;

/// <summary>A span and a count for each message of a task, under the name <c>Transponder.Notifiers</c>. Costs nothing while nobody listens.</summary>
internal static class NotifyTelemetry
{
    private static readonly ActivitySource Source = new("Transponder.Notifiers");
    private static readonly Meter Meter = new("Transponder.Notifiers");
    private static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "transponder.notifiers.messages",
        "{message}",
        "Messages of tasks, by channel and by what became of them."
    );

    public static Activity? Begin(Notifier notifier)
    {
        var span = Source.HasListeners() ? Source.StartActivity("notify") : null;
        return span?.SetTag("transponder.channel", notifier.Type);
    }

    public static void End(Activity? span, Notifier notifier, DeliveryResult result)
    {
        var reason = result.Reason.ToString();
        Messages.Add(1, new("channel", notifier.Type), new("reason", reason));
        if (span is not null && result is not DeliveryResult.Delivered)
            span.SetTag("error.type", reason).SetStatus(ActivityStatusCode.Error);
    }
}
