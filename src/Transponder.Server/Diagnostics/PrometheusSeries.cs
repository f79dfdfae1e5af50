using System.Globalization;
using System.Text;

namespace Transponder.Server.Diagnostics;

/// <summary>One series: a value, or a histogram's buckets. Thread-safe.</summary>
internal sealed class PrometheusSeries(double[] bounds)
{
    private readonly Lock gate = new();
    private readonly long[] buckets = new long[bounds.Length];
    private double value;
    private long count;

    public void Add(double amount)
    {
        lock (gate)
            value += amount;
    }

    public void Set(double now)
    {
        lock (gate)
            value = now;
    }

    public void Observe(double observed)
    {
        lock (gate)
        {
            var bucket = Array.FindIndex(bounds, bound => observed <= bound);
            if (bucket >= 0)
                buckets[bucket]++;
            count++;
            value += observed;
        }
    }

    public void Write(StringBuilder text, string name, string labels)
    {
        lock (gate)
        {
            if (bounds.Length == 0)
            {
                Line(text, name, labels, value);
                return;
            }
            var separator = labels.Length > 0 ? "," : string.Empty;
            var below = 0L;
            for (var i = 0; i < bounds.Length; i++)
            {
                below += buckets[i];
                Line(text, name + "_bucket", $"{labels}{separator}le=\"{Number(bounds[i])}\"", below);
            }
            Line(text, name + "_bucket", $"{labels}{separator}le=\"+Inf\"", count);
            Line(text, name + "_sum", labels, value);
            Line(text, name + "_count", labels, count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double number) =>
        double.IsNaN(number) ? "NaN"
        : double.IsPositiveInfinity(number) ? "+Inf"
        : double.IsNegativeInfinity(number) ? "-Inf"
        : number.ToString("R", CultureInfo.InvariantCulture);
}
