using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Transponder.Benchmarks.Deliver;

/// <summary>From the call that reports an execution's end to the webhook that tells of it, at a steady rate.</summary>
internal static partial class LatencyCommand
{
    private const int WarmUpSeconds = 5;

    public static Command Create()
    {
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 1000, Description = "Events per second." };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 20 };
        var stores = new Option<string[]>("--stores")
        {
            DefaultValueFactory = _ => ["sqlite", "postgres"],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("latency", "From an event's RPC to the webhook's arrival, at a steady rate.") { rate, seconds, stores };
        command.SetAction(arguments => RunAsync(arguments.GetValue(stores)!, arguments.GetValue(rate), arguments.GetValue(seconds)));
        return command;
    }

    private static async Task<int> RunAsync(string[] stores, int rate, int seconds)
    {
        Console.WriteLine(Machine.Describe());
        Console.WriteLine(
            $"{rate} events/s for {seconds} s, each an execution's end with one webhook; milliseconds from the call to the arrival."
        );
        Console.WriteLine();
        Console.WriteLine("| store | p50 | p90 | p99 | p99.9 | most |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var store in stores)
            Console.WriteLine(await MeasureAsync(store, rate, seconds));
        return 0;
    }

    private static async Task<string> MeasureAsync(string store, int rate, int seconds)
    {
        var arrived = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        await using var receiver = new Counter();
        receiver.OnBody = body => arrived.TryAdd(NameIn(body.Span), Stopwatch.GetTimestamp());
        await using var sender = await TransponderSender.StartAsync(store, Workload.Yaml(receiver.Url));
        await RoundAsync("warm-up", rate * WarmUpSeconds);
        var begun = await RoundAsync("measured", rate * seconds);

        var latencies = begun.Select(one => Stopwatch.GetElapsedTime(one.Value, arrived[one.Key]).TotalMilliseconds).Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {sender.Name} | {At(0.5):0.0} | {At(0.9):0.0} | {At(0.99):0.0} | {At(0.999):0.0} | {latencies[^1]:0.0} |"
        );

        double At(double part) => latencies[Math.Min(latencies.Length - 1, (int)(latencies.Length * part))];

        async Task<Dictionary<string, long>> RoundAsync(string round, int count)
        {
            await sender.PrepareAsync(round, count);
            var started = new Dictionary<string, long>(count, StringComparer.Ordinal);
            var expected = receiver.Count + count;
            await sender.RequestAsync(round, count, rate, started.Add);
            await receiver.UntilAsync(expected, TimeSpan.FromMinutes(1));
            return started;
        }
    }

    private static string NameIn(ReadOnlySpan<byte> body) => Name().Match(System.Text.Encoding.UTF8.GetString(body)).Value;

    [GeneratedRegex("(warm-up|measured)-[0-9]+")]
    private static partial Regex Name();
}
