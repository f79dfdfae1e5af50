using System.CommandLine;
using System.Globalization;
using Transponder.Benchmarks.Ingest;
using Transponder.Core.Delivery;

namespace Transponder.Benchmarks.Soak;

/// <summary>A long run with destinations that misbehave. Exits with 1 when memory grows, the healthy destination suffers, or anything is lost.</summary>
internal static class SoakCommand
{
    private const double MostGrowth = 1.1;
    private static readonly TimeSpan settling = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { DefaultValueFactory = _ => 10, Description = "How long, with the troublemakers." };
        var calm = new Option<double>("--calm") { DefaultValueFactory = _ => 1, Description = "Minutes before the troublemakers come." };
        var rate = new Option<double>("--rate") { Description = "Events per second; 0 = half of the peak found in the first 20 s." };
        var store = new Option<string>("--store") { DefaultValueFactory = _ => "sqlite", Description = "sqlite or postgres." };
        var command = new Command("soak", "Steady load with a dead webhook, a slow mail server and a throttling Slack.")
        {
            minutes,
            calm,
            rate,
            store,
        };
        command.SetAction(arguments =>
            RunAsync(
                arguments.GetValue(store)!,
                arguments.GetValue(rate),
                TimeSpan.FromMinutes(arguments.GetValue(calm)),
                TimeSpan.FromMinutes(arguments.GetValue(minutes))
            )
        );
        return command;
    }

    private static async Task<int> RunAsync(string store, double rate, TimeSpan calm, TimeSpan trouble)
    {
        await using var run = await SoakRun.StartAsync(store);
        await run.RunAsync(rate, calm, trouble, interval);

        Console.WriteLine(Machine.Describe());
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{store}, {run.Rate:#,0} events/s asked for; {calm.TotalMinutes:0.#} min before the troublemakers, {trouble.TotalMinutes:0.#} min with them"
            )
        );
        Console.WriteLine();
        Console.WriteLine("| minute | events/s | RSS, MB | heap, MB | backlog | healthy notifications | p50, ms | p99, ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        Console.WriteLine(run.Before.Row());
        // One line a minute; all of a run of a few minutes.
        foreach (var (i, sample) in run.Samples.Index())
        {
            if (trouble < TimeSpan.FromMinutes(3) || (i + 1) % 6 == 0)
                Console.WriteLine(sample.Row());
        }

        Console.WriteLine();
        Console.WriteLine("| channel | executions that notify it | delivered | retrying | pending | other states |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var problems = Account(run);
        Console.WriteLine();
        problems.AddRange(Judge(run, trouble));
        foreach (var problem in problems)
            await Console.Error.WriteLineAsync($"error: {problem}");
        return problems.Count == 0 ? 0 : 1;
    }

    /// <summary>Prints the ledger, and answers what is missing in it.</summary>
    private static List<string> Account(SoakRun run)
    {
        var problems = new List<string>();
        foreach (var channel in new[] { Workload.Channel, "dead", "ml-slack", "email" })
        {
            var owed = channel == Workload.Channel ? run.Owed : run.Troubles;
            var states = run
                .Ledger.Where(entry => entry.Key.Channel == channel)
                .ToDictionary(entry => (DeliveryState)entry.Key.State, entry => entry.Value);
            var (delivered, retrying, pending) = (
                states.GetValueOrDefault(DeliveryState.Delivered),
                states.GetValueOrDefault(DeliveryState.Retrying),
                states.GetValueOrDefault(DeliveryState.Pending)
            );
            var others = states
                .Where(state => state.Key is not (DeliveryState.Delivered or DeliveryState.Retrying or DeliveryState.Pending))
                .Select(state => $"{state.Value} {state.Key}");
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {channel} | {owed:#,0} | {delivered:#,0} | {retrying:#,0} | {pending:#,0} | {string.Join(", ", others)} |"
                )
            );
            if (delivered + retrying + pending != owed)
                problems.Add($"{channel}: {owed} deliveries are owed, {delivered + retrying + pending} are delivered, retrying or pending");
        }

        if (run.Lost > 0)
            problems.Add($"{run.Lost} notifications never arrived at the healthy webhook");
        if (run.Failed > 0)
            problems.Add($"{run.Failed} calls were not answered OK; the first: {run.FirstFailure}");
        return problems;
    }

    private static IEnumerable<string> Judge(SoakRun run, TimeSpan trouble)
    {
        var settled = run.Samples.Where(sample => sample.At > settling).ToArray();
        if (settled.Length < 12)
        {
            Console.WriteLine("Too short to tell whether memory grows.");
        }
        else
        {
            var quarter = settled.Length / 4;
            var (first, last) = (
                settled[..quarter].Average(sample => sample.ResidentMegabytes),
                settled[^quarter..].Average(sample => sample.ResidentMegabytes)
            );
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"RSS after the first two minutes: {first:0} MB in their first quarter, {last:0} MB in the last, {SoakSample.Slope(settled):+0.0;-0.0} MB/min."
                )
            );
            if (last > first * MostGrowth)
                yield return $"resident memory grew by more than a tenth: {first:0} MB, then {last:0} MB";
        }

        var samples = run.Samples.Where(sample => sample.Latencies.Length > 0).ToArray();
        if (samples.Length == 0)
        {
            yield return "nothing arrived at the healthy webhook while the troublemakers were there";
            yield break;
        }

        var (p50, p99) = (IngestCommand.Median([.. samples.Select(s => s.Median)]), IngestCommand.Median([.. samples.Select(s => s.P99)]));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Healthy webhook, median of the samples: p50 {p50:0.0} ms, p99 {p99:0.0} ms; before the troublemakers {run.Before.Median:0.0} and {run.Before.P99:0.0}. Repeated: {run.Repeated}."
            )
        );
        if (p99 > Math.Max(2 * run.Before.P99, run.Before.P99 + 25))
            yield return $"the healthy destination suffers: p99 {p99:0.0} ms, {run.Before.P99:0.0} ms before";
    }
}
