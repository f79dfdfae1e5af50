using System.Diagnostics;
using Transponder.Core.Delivery;
using Transponder.Notifiers;

namespace Transponder.Core.Diagnostics;

/// <summary>The span of one attempt to deliver, in the trace of the event that caused it. Costs nothing while nobody listens.</summary>
internal static class DeliveryTrace
{
    public static Activity? Begin(ClaimedDelivery claim)
    {
        if (!TransponderTrace.Source.HasListeners())
            return null;
        ActivityContext.TryParse(claim.TraceParent, null, isRemote: true, out var cause);
        var span = TransponderTrace.Source.StartActivity($"deliver {claim.Channel}", ActivityKind.Consumer, cause);
        span?.SetTag("messaging.system", "transponder");
        span?.SetTag("messaging.operation.type", "process");
        span?.SetTag("messaging.operation.name", "deliver");
        span?.SetTag("messaging.destination.name", claim.Channel);
        span?.SetTag("messaging.message.id", claim.DeliveryId);
        span?.SetTag("transponder.attempt", claim.Attempt);
        span?.SetTag("flyte.execution", claim.Execution.ToString());
        return span;
    }

    public static void End(Activity? span, DeliveryResult? result)
    {
        if (span is null)
            return;
        var reason = ReasonName.Of(result?.Reason ?? DeliveryReason.Interrupted);
        span.SetTag("transponder.reason", reason);
        if (result is not DeliveryResult.Delivered)
            span.SetTag("error.type", reason).SetStatus(ActivityStatusCode.Error);
    }
}
