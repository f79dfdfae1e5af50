using System.Diagnostics.Metrics;

namespace Transponder.Core.Diagnostics;

/// <summary>How large the store is, as last measured.</summary>
internal static class StoreMetrics
{
    private static readonly Meter meter = new("Transponder");

    private static readonly Gauge<long> bytes = meter.CreateGauge<long>("transponder.store.size", "By", "What the store takes.");

    private static readonly Gauge<double> used = meter.CreateGauge<double>(
        "transponder.store.used.ratio",
        description: "What is in use of egress.maxStoreSize, or of the store's disk."
    );

    private static readonly Gauge<int> alarm = meter.CreateGauge<int>(
        "transponder.store.alarm",
        description: "1 while more is in use than egress.diskAlarm permits."
    );

    public static void Measured(long size, double? share, bool alarmed)
    {
        bytes.Record(size);
        if (share is { } known)
            used.Record(known);
        alarm.Record(alarmed ? 1 : 0);
    }
}
