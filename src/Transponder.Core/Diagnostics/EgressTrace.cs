using System.Diagnostics;
using Transponder.Core.Egress;
using Transponder.Core.Egress.Lanes;

namespace Transponder.Core.Diagnostics;

/// <summary>The span of one call of a sink, linked to its events' own traces. Costs nothing while nobody listens.</summary>
internal static class EgressTrace
{
    private const int MostLinks = 128;

    public static Activity? Begin(string sink, PublishCall call)
    {
        if (!TransponderTrace.Source.HasListeners())
            return null;
        var span = TransponderTrace.Source.StartActivity(
            $"publish {sink}",
            ActivityKind.Producer,
            default(ActivityContext),
            links: Links(call)
        );
        span?.SetTag("messaging.system", "transponder");
        span?.SetTag("messaging.operation.type", "send");
        span?.SetTag("messaging.operation.name", "publish");
        span?.SetTag("messaging.destination.name", sink);
        span?.SetTag("messaging.batch.message_count", call.Entries.Count);
        return span;
    }

    public static void End(Activity? span, IReadOnlyList<PublishResult> results)
    {
        if (span is null)
            return;
        foreach (var result in results)
        {
            if (result.Outcome == PublishOutcome.Confirmed)
                continue;
            span.SetTag("error.type", result.Outcome == PublishOutcome.Rejected ? "rejected" : "failed");
            span.SetStatus(ActivityStatusCode.Error, result.Detail);
            break;
        }
        span.Dispose();
    }

    private static List<ActivityLink> Links(PublishCall call)
    {
        var links = new List<ActivityLink>();
        string? last = null;
        foreach (var entry in call.Entries)
        {
            if (entry.TraceParent is not { } cause || cause == last || links.Count == MostLinks)
                continue;
            last = cause;
            if (ActivityContext.TryParse(cause, null, isRemote: true, out var context))
                links.Add(new ActivityLink(context));
        }
        return links;
    }
}
