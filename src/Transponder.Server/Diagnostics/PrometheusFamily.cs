using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Transponder.Server.Diagnostics;

/// <summary>One metric with all its series. Instruments of the same name add to the same family.</summary>
internal sealed class PrometheusFamily
{
    private static readonly double[] SecondBuckets =
    [
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
        300,
        1800,
        7200,
    ];
    private static readonly double[] CountBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

    private readonly string help;
    private readonly string type;
    private readonly bool observable;
    private readonly bool adds;
    private readonly double[] bounds;
    private readonly ConcurrentDictionary<string, PrometheusSeries> series = new(StringComparer.Ordinal);

    private PrometheusFamily(string name, string help, string type, bool observable, bool adds, double[] bounds)
    {
        Name = name;
        this.help = help;
        this.type = type;
        this.observable = observable;
        this.adds = adds;
        this.bounds = bounds;
    }

    public string Name { get; }

    public static PrometheusFamily Of(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        var histogram = kind.StartsWith("Histogram", StringComparison.Ordinal);
        var counter =
            kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal);
        var seconds = instrument.Unit == "s";
        var name = Sanitize(instrument.Name);
        if (seconds && !name.Contains("_seconds", StringComparison.Ordinal))
            name += "_seconds";
        if (instrument.Unit == "By" && !name.Contains("_bytes", StringComparison.Ordinal))
            name += "_bytes";
        if (counter && !name.EndsWith("_total", StringComparison.Ordinal))
            name += "_total";
        return new PrometheusFamily(
            name,
            (instrument.Description ?? string.Empty)
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal),
            histogram ? "histogram"
                : counter ? "counter"
                : "gauge",
            instrument.IsObservable,
            !instrument.IsObservable && !kind.StartsWith("Gauge", StringComparison.Ordinal),
            !histogram ? []
                : seconds ? SecondBuckets
                : CountBuckets
        );
    }

    /// <summary>Forgets observed values, so that a series which is not observed any more ends.</summary>
    public void BeginObservation()
    {
        if (observable)
            series.Clear();
    }

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var one = series.GetOrAdd(Labels(tags), static (_, bounds) => new PrometheusSeries(bounds), bounds);
        if (type == "histogram")
            one.Observe(value);
        else if (adds || observable)
            one.Add(value);
        else
            one.Set(value);
    }

    public void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, one) in series.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            one.Write(text, Name, labels);
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return string.Empty;
        var labels = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (labels.Length > 0)
                labels.Append(',');
            labels.Append(Sanitize(key)).Append("=\"");
            foreach (var c in Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty)
                _ = c switch
                {
                    '\\' => labels.Append("\\\\"),
                    '"' => labels.Append("\\\""),
                    '\n' => labels.Append("\\n"),
                    _ => labels.Append(c),
                };
            labels.Append('"');
        }
        return labels.ToString();
    }

    private static string Sanitize(string name) =>
        string.Create(
            name.Length,
            name,
            static (clean, source) =>
            {
                for (var i = 0; i < source.Length; i++)
                    clean[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
            }
        );
}
