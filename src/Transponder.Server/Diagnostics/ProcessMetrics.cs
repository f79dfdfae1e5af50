using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Transponder.Server.Diagnostics;

/// <summary>What this process takes, under the names that Prometheus' own client libraries use.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Transponder.Process";

    /// <summary>The meter of the runtime itself: <c>dotnet_…</c>.</summary>
    public const string RuntimeMeterName = "System.Runtime";

    private readonly Meter meter = new(MeterName);

    public ProcessMetrics()
    {
        meter.CreateObservableCounter("process_cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time taken.");
        meter.CreateObservableGauge("process_resident_memory", () => Environment.WorkingSet, "By", "Resident memory.");
        var started = StartedAt();
        meter.CreateObservableGauge("process_start_time", () => started, "s", "When the process started, in seconds since the Unix epoch.");
    }

    public void Dispose() => meter.Dispose();

    private static double StartedAt()
    {
        using var self = Process.GetCurrentProcess();
        return (self.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }
}
