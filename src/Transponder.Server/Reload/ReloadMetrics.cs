using System.Diagnostics.Metrics;

namespace Transponder.Server.Reload;

/// <summary>Whether the running configuration is the one in the files.</summary>
internal sealed class ReloadMetrics : IDisposable
{
    private readonly Meter meter = new("Transponder");
    private readonly Counter<long> reloads;
    private readonly TimeProvider time;
    private long succeededAt;
    private volatile bool successful = true;

    public ReloadMetrics(TimeProvider time)
    {
        this.time = time;
        succeededAt = time.GetUtcNow().ToUnixTimeSeconds();
        reloads = meter.CreateCounter<long>(
            "transponder_config_reloads_total",
            null,
            "Times that the configuration was read again, by outcome."
        );
        meter.CreateObservableGauge(
            "transponder_config_last_reload_successful",
            () => successful ? 1 : 0,
            null,
            "1 when the files were last read without a mistake, 0 while the server goes on with an earlier configuration."
        );
        meter.CreateObservableGauge(
            "transponder_config_last_reload_success_timestamp_seconds",
            () => Volatile.Read(ref succeededAt),
            "s",
            "When the running configuration was read."
        );
    }

    public void Ended(bool well)
    {
        successful = well;
        if (well)
            Volatile.Write(ref succeededAt, time.GetUtcNow().ToUnixTimeSeconds());
        reloads.Add(1, new KeyValuePair<string, object?>("outcome", well ? "success" : "failure"));
    }

    public void Dispose() => meter.Dispose();
}
