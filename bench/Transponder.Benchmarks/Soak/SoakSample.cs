using System.Globalization;

namespace Transponder.Benchmarks.Soak;

/// <summary>What a server took, and how long notifications to the healthy webhook did, in one stretch of time.</summary>
/// <param name="At">Its end, since the troublemakers came; negative before them.</param>
internal sealed record SoakSample(TimeSpan At, double Rate, double Resident, double Heap, double Backlog, double[] Latencies)
{
    private const double Megabyte = 1 << 20;

    public double Median => Percentile(0.5);

    public double P99 => Percentile(0.99);

    public double ResidentMegabytes => Resident / Megabyte;

    public string Row() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {(At < TimeSpan.Zero ? "before" : At.ToString(@"m\:ss", CultureInfo.InvariantCulture))} | {Rate:#,0} | {ResidentMegabytes:0} | {Heap / Megabyte:0} "
                + $"| {Backlog:#,0} | {Latencies.Length:#,0} | {Median:0.0} | {P99:0.0} |"
        );

    /// <summary>By how many megabytes a minute the resident memory grew over the samples: the line of least squares.</summary>
    public static double Slope(IReadOnlyList<SoakSample> samples)
    {
        var (x, y) = (samples.Average(sample => sample.At.TotalMinutes), samples.Average(sample => sample.ResidentMegabytes));
        var spread = samples.Sum(sample => Math.Pow(sample.At.TotalMinutes - x, 2));
        return spread == 0 ? 0 : samples.Sum(sample => (sample.At.TotalMinutes - x) * (sample.ResidentMegabytes - y)) / spread;
    }

    private double Percentile(double share) =>
        Latencies.Length == 0 ? double.NaN : Latencies[Math.Min(Latencies.Length - 1, (int)(Latencies.Length * share))];
}
