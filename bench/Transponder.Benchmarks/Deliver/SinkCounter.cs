using System.Diagnostics;
using System.Globalization;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Deliver;

/// <summary>Postfix's smtp-sink, which counts the mails that it throws away.</summary>
internal sealed class SinkCounter : IAsyncDisposable
{
    private readonly ChildProcess process;

    private SinkCounter(ChildProcess process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<SinkCounter> StartAsync()
    {
        var port = FreePort.Next();
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        var process = ChildProcess.Start(
            Executable.Require("smtp-sink", "postfix", "/usr/sbin"),
            [.. user, "-c", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "1000"],
            workingDirectory: "/"
        );
        await Task.Delay(500);
        return new SinkCounter(process, port);
    }

    /// <summary>Waits until the server has recorded that many deliveries: smtp-sink says nothing that can be read before its end.</summary>
    public static async Task<long> UntilAsync(Uri metrics, long expected, TimeSpan deadline)
    {
        using var http = new HttpClient();
        var since = Stopwatch.GetTimestamp();
        while (await DeliveredAsync(http, metrics) < expected)
        {
            if (Stopwatch.GetElapsedTime(since) > deadline)
                throw new TimeoutException("the mails did not all go");
            await Task.Delay(20);
        }
        return Stopwatch.GetTimestamp();
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<double> DeliveredAsync(HttpClient http, Uri metrics)
    {
        var text = await http.GetStringAsync(metrics);
        return text.Split('\n')
            .Where(line =>
                line.StartsWith("transponder_deliveries_total{", StringComparison.Ordinal)
                && line.Contains("delivered", StringComparison.Ordinal)
            )
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
