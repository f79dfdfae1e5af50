using System.Diagnostics;
using Transponder.Core.Delivery;
using Transponder.Notifiers;

namespace Transponder.Core.Diagnostics;

/// <summary>The span of one attempt to deliver, under the source <c>Transponder</c>. Costs nothing while nobody listens.</summary>
internal static class DeliveryTrace
{
    private static readonly ActivitySource source = new("Transponder");

    public static Activity? Begin(ClaimedDelivery claim)
    {
        if (!source.HasListeners())
            return null;
        var span = source.StartActivity($"deliver {claim.Channel}", ActivityKind.Producer);
        span?.SetTag("transponder.delivery.id", claim.DeliveryId);
        span?.SetTag("transponder.channel", claim.Channel);
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
            span.SetStatus(ActivityStatusCode.Error, reason);
    }
}
