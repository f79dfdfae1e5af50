using System.Diagnostics.Metrics;
using System.Text;

namespace Transponder.Server.Diagnostics;

/// <summary>
/// The meters of this process as Prometheus text (format 0.0.4). Counters, up-down counters, gauges and histograms; an instrument's dots become
/// underscores, and its kind and unit the usual suffixes where the name lacks them.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>The content type of <see cref="Render"/>'s text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, PrometheusFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();

    /// <summary>Listens to the meters of these names from now on.</summary>
    /// <param name="meters">The meters' names.</param>
    public PrometheusExporter(params IReadOnlyList<string> meters)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (meters.Contains(instrument.Meter.Name))
                self.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Measure(value, tags, state));
        listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Measure(value, tags, state));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Measure(value, tags, state));
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Measure(value, tags, state));
        listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Measure(value, tags, state));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Measure(value, tags, state));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Measure((double)value, tags, state));
        listener.Start();
    }

    /// <summary>All series as they stand now.</summary>
    public string Render()
    {
        lock (gate)
        {
            foreach (var family in families.Values)
                family.BeginObservation();
        }
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
        {
            foreach (var family in families.Values)
                family.Write(text);
        }
        return text.ToString();
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => listener.Dispose();

    private PrometheusFamily FamilyOf(Instrument instrument)
    {
        var candidate = PrometheusFamily.Of(instrument);
        lock (gate)
            return families.TryGetValue(candidate.Name, out var known) ? known : families[candidate.Name] = candidate;
    }

    private static void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        ((PrometheusFamily)state!).Measure(value, tags);
}
