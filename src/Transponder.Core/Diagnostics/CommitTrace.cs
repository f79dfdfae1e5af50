using System.Diagnostics;
using Transponder.Core.Ingestion;
using Transponder.Protocol;

namespace Transponder.Core.Diagnostics;

/// <summary>
/// The span of one event from its arrival to its durable answer, below its call's, and the parent of the deliveries that it causes. Costs nothing
/// while nobody listens.
/// </summary>
internal static class CommitTrace
{
    public static bool IsOn => TransponderTrace.Source.HasListeners();

    public static Activity? Begin(PendingEvent pending)
    {
        if (!IsOn)
            return null;
        var span = TransponderTrace.Source.StartActivity($"commit {pending.Kind}");
        if (span is { Recorded: true })
        {
            pending.TraceParent = span.Id;
            span.SetTag("flyte.execution", pending.Execution.ToString());
        }
        return span;
    }

    public static void End(Activity? span, RpcException? failure)
    {
        if (failure is not null)
            span?.SetTag("transponder.refused", failure.Code.ToString());
    }
}
