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

    private static readonly Counter<long> passes = meter.CreateCounter<long>(
        "transponder.retention.passes",
        description: "Times that retention has swept the store, by outcome."
    );

    public static void Removed(string kind, int count)
    {
        if (count > 0)
            removed.Add(count, new KeyValuePair<string, object?>("kind", kind));
    }

    public static void Passed(bool well) => passes.Add(1, new KeyValuePair<string, object?>("outcome", well ? "success" : "failure"));
}
