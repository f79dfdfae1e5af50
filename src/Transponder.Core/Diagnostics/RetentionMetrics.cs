using System.Diagnostics.Metrics;

namespace Transponder.Core.Diagnostics;

/// <summary>What retention removes.</summary>
internal static class RetentionMetrics
{
    private static readonly Meter meter = new("Transponder");

    private static readonly Counter<long> removed = meter.CreateCounter<long>(
        "transponder.retention.removed",
        description: "What retention has removed, by kind."
    );

    private static readonly Counter<long> unsent = meter.CreateCounter<long>(
        "transponder.retention.unsent",
        description: "Events that retention has removed although a sink had not got them, by sink."
    );

    private static readonly Counter<long> passes = meter.CreateCounter<long>(
        "transponder.retention.passes",
        description: "Times that retention has swept the store, by outcome."
    );

    public static void Removed(string kind, int count)
    {
        if (count > 0)
            removed.Add(count, new KeyValuePair<string, object?>("kind", kind));
    }

    public static void Unsent(string sink, long count) => unsent.Add(count, new KeyValuePair<string, object?>("sink", sink));

    public static void Passed(bool well) => passes.Add(1, new KeyValuePair<string, object?>("outcome", well ? "success" : "failure"));
}
