using System.Globalization;

namespace Transponder.Benchmarks;

/// <summary>One reading of a server's <c>/metrics</c>.</summary>
internal sealed class ServerMetrics
{
    private static readonly HttpClient http = new();
    private readonly string[] lines;

    private ServerMetrics(string text) => lines = text.Split('\n');

    /// <summary>All that the process has allocated since its start, in bytes.</summary>
    public double Allocated => Sum("dotnet_gc_heap_total_allocated_bytes_total");

    /// <summary>The managed heap after the last collection, in bytes.</summary>
    public double Heap => Sum("dotnet_gc_last_collection_heap_size_bytes");

    /// <summary>The process's resident memory, in bytes.</summary>
    public double Resident => Sum("process_resident_memory_bytes");

    public static async Task<ServerMetrics> ReadAsync(ServerProcess server) =>
        new(await http.GetStringAsync(new Uri(server.Http, "/metrics")));

    /// <summary>The sum of a metric's series, of those whose labels contain a text if one is given.</summary>
    public double Sum(string name, string labels = "") =>
        lines
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
            .Where(line => line.Contains(labels, StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
}
