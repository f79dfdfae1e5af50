using System.Diagnostics.Metrics;
using Transponder.Core.Egress;

namespace Transponder.Core.Diagnostics;

/// <summary>What the egress engine counts and measures, under the meter <c>Transponder</c>.</summary>
public sealed class EgressMetrics : IDisposable
{
    private readonly Meter meter = new("Transponder");
    private readonly Counter<long> published;
    private readonly Counter<long> failed;
    private readonly Counter<long> rejected;
    private readonly Counter<long> quarantined;
    private readonly Counter<long> gaps;
    private readonly Counter<long> losses;
    private readonly Histogram<double> duration;
    private readonly Histogram<long> batches;
    private Func<IEnumerable<Reading>> readings = () => [];

    /// <summary>Registers the instruments.</summary>
    public EgressMetrics()
    {
        published = meter.CreateCounter<long>("transponder_egress_published_total", null, "Messages that sinks confirmed, by sink.");
        failed = meter.CreateCounter<long>("transponder_egress_failed_total", null, "Messages that will be sent again, by sink.");
        rejected = meter.CreateCounter<long>("transponder_egress_rejected_total", null, "Refusals of single messages, by sink.");
        quarantined = meter.CreateCounter<long>("transponder_egress_quarantined_total", null, "Messages put into quarantine, by sink.");
        gaps = meter.CreateCounter<long>(
            "transponder_egress_gaps_total",
            null,
            "Lanes whose next events retention removed before they were sent, by sink."
        );
        losses = meter.CreateCounter<long>("transponder_egress_lease_losses_total", null, "Lanes lost to another process, by sink.");
        duration = meter.CreateHistogram<double>("transponder_egress_publish_seconds", "s", "How long one call of a sink took.");
        batches = meter.CreateHistogram<long>("transponder_egress_batch_size", null, "Messages of one call of a sink.");
        meter.CreateObservableGauge("transponder_egress_held", () => Of(one => (long)one.Held), null, "Executions that are held, by sink.");
        meter.CreateObservableGauge(
            "transponder_egress_lag_events",
            () => Of(one => one.LagEvents),
            null,
            "Positions of the log between this process's slowest cursor and the end, by sink."
        );
        meter.CreateObservableGauge(
            "transponder_egress_lag_seconds",
            () => Of(one => one.LagSeconds),
            "s",
            "How long ago the oldest event was received that waits in this process, by sink."
        );
        meter.CreateObservableGauge(
            "transponder_egress_waiting",
            () => Of(one => one.State == SinkState.Running ? 0L : 1L),
            null,
            "1 while nothing gets through to the sink."
        );
        meter.CreateObservableGauge(
            "transponder_egress_refusing",
            () => Of(one => one.State == SinkState.Refusing ? 1L : 0L),
            null,
            "1 while the sink refuses one message after another, and none goes into quarantine any more."
        );
    }

    /// <summary>Ends the instruments.</summary>
    public void Dispose() => meter.Dispose();

    internal void Called(string sink, int confirmed, int failures, int refusals, TimeSpan took)
    {
        KeyValuePair<string, object?> bySink = new("sink", sink);
        if (confirmed > 0)
            published.Add(confirmed, bySink);
        if (failures > 0)
            failed.Add(failures, bySink);
        if (refusals > 0)
            rejected.Add(refusals, bySink);
        duration.Record(took.TotalSeconds, bySink);
        batches.Record(confirmed + failures + refusals, bySink);
    }

    internal void Quarantined(string sink) => quarantined.Add(1, new KeyValuePair<string, object?>("sink", sink));

    internal void Gap(string sink) => gaps.Add(1, new KeyValuePair<string, object?>("sink", sink));

    internal void LeaseLost(string sink) => losses.Add(1, new KeyValuePair<string, object?>("sink", sink));

    internal void Observe(Func<IEnumerable<Reading>> read) => readings = read;

    private IEnumerable<Measurement<T>> Of<T>(Func<Reading, T> value)
        where T : struct =>
        [.. readings().Select(one => new Measurement<T>(value(one), new KeyValuePair<string, object?>("sink", one.Sink)))];

    /// <summary>How a sink is in this process.</summary>
    internal readonly record struct Reading(string Sink, int Held, long LagEvents, double LagSeconds, SinkState State);
}
