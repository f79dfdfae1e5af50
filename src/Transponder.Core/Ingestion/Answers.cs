using Transponder.Core.Diagnostics;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>
/// Answers events, apart from the committer's thread. What the callers do next runs in portions, one after another: to queue each for itself costs
/// more than most of them take.
/// </summary>
internal static class Answers
{
    private const int Portion = 64;

    /// <summary>Answers each event, without waiting.</summary>
    /// <param name="events">The events.</param>
    /// <param name="failures">What to answer, in the events' order; null = accepted.</param>
    public static void Send(IReadOnlyList<PendingEvent> events, Func<int, RpcException?> failures)
    {
        Count(events, failures);
        for (var from = 0; from < events.Count; from += Portion)
        {
            var (start, end) = (from, Math.Min(from + Portion, events.Count));
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    for (var i = start; i < end; i++)
                        events[i].Complete(failures(i));
                },
                null
            );
        }
    }

    private static void Count(IReadOnlyList<PendingEvent> events, Func<int, RpcException?> failures)
    {
        var answers = events.Select((pending, i) => (pending.Kind, Code: failures(i)?.Code ?? StatusCode.Ok));
        foreach (var ((kind, code), count) in answers.CountBy(answer => answer))
            IngestMetrics.Answered(kind, code, count);
    }
}
