using System.Diagnostics.Metrics;
using Transponder.Server.Diagnostics;
using Xunit;

namespace Transponder.Tests.Server.Diagnostics;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly Meter meter = new(Guid.NewGuid().ToString());
    private readonly PrometheusExporter exporter;

    public PrometheusExporterTests() => exporter = new PrometheusExporter(meter.Name);

    public void Dispose()
    {
        exporter.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void Counter_Series_AddUpAndEscapeTheirLabels()
    {
        var counter = meter.CreateCounter<long>("transponder_things_total", null, "Things,\nseen.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));

        Assert.Equal(
            """
            # HELP transponder_things_total Things,\nseen.
            # TYPE transponder_things_total counter
            transponder_things_total{kind="a\"b\\c\nd"} 5

            """,
            exporter.Render()
        );
    }

    [Fact]
    public void UpDownCounter_Falls_AsAGauge()
    {
        var counter = meter.CreateUpDownCounter<int>("transponder_open");
        counter.Add(3);
        counter.Add(-1);

        Assert.Contains("# TYPE transponder_open gauge\ntransponder_open 2\n", exporter.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_Buckets_AreCumulative()
    {
        var histogram = meter.CreateHistogram<double>("transponder_wait_seconds", "s");
        histogram.Record(0.004);
        histogram.Record(0.2);
        histogram.Record(1e9);

        var text = exporter.Render();

        Assert.Contains("transponder_wait_seconds_bucket{le=\"0.0025\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("transponder_wait_seconds_bucket{le=\"0.005\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("transponder_wait_seconds_bucket{le=\"0.25\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("transponder_wait_seconds_bucket{le=\"+Inf\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("transponder_wait_seconds_count 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ObservableGauge_Render_ReadsItAfreshAndForgetsWhatIsGone()
    {
        var waiting = new Dictionary<string, long> { ["email"] = 4, ["audit"] = 1 };
        meter.CreateObservableGauge(
            "transponder_backlog",
            () => waiting.Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("channel", entry.Key)))
        );
        Assert.Contains("transponder_backlog{channel=\"audit\"} 1\n", exporter.Render(), StringComparison.Ordinal);

        waiting.Remove("audit");
        waiting["email"] = 2;

        var text = exporter.Render();
        Assert.Contains("transponder_backlog{channel=\"email\"} 2\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("audit", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_OfOtherTools_GetTheUsualShape()
    {
        meter.CreateCounter<long>("http.requests").Add(1);
        meter.CreateHistogram<double>("http.duration", "s").Record(1);
        meter.CreateObservableCounter("gc.allocated", () => 7L, "By");

        var text = exporter.Render();

        Assert.Contains("http_requests_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("http_duration_seconds_count 1\n", text, StringComparison.Ordinal);
        Assert.Contains("gc_allocated_bytes_total 7\n", text, StringComparison.Ordinal);
    }
}
