using System.Diagnostics.Metrics;
using Transponder.Protocol;

namespace Transponder.Core.Diagnostics;

/// <summary>What ingestion measures.</summary>
internal static class IngestMetrics
{
    private static readonly Meter meter = new("Transponder");

    private static readonly Counter<long> events = meter.CreateCounter<long>(
        "transponder.events",
        description: "Events answered, by kind and status."
    );

    private static readonly Histogram<double> batchSize = meter.CreateHistogram<double>(
        "transponder.commit.batch_size",
        description: "Events in one transaction."
    );

    private static readonly Histogram<double> batchSeconds = meter.CreateHistogram<double>(
        "transponder.commit.duration",
        unit: "s",
        description: "Time of one transaction, from begin to durable."
    );

    public static void Answered(string kind, StatusCode outcome, int count) =>
        events.Add(
            count,
            new KeyValuePair<string, object?>("kind", kind),
            new KeyValuePair<string, object?>("outcome", OutcomeOf(outcome))
        );

    public static void Committed(int size, TimeSpan elapsed)
    {
        batchSize.Record(size);
        batchSeconds.Record(elapsed.TotalSeconds);
    }

    private static string OutcomeOf(StatusCode code) =>
        code switch
        {
            StatusCode.Ok => "accepted",
            StatusCode.AlreadyExists => "already_exists",
            StatusCode.FailedPrecondition => "failed_precondition",
            StatusCode.InvalidArgument => "invalid_argument",
            StatusCode.NotFound => "not_found",
            StatusCode.ResourceExhausted => "resource_exhausted",
            StatusCode.Unavailable => "unavailable",
            _ => "internal",
        };
}
