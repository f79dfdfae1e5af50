using System.CommandLine;
using System.Globalization;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Ingest;

/// <summary>
/// Events per second into each store, with the same loader and in alternating rounds, against a bare Kestrel handler and against the same server with
/// a transaction for each event. Every event is answered OK,
/// every execution is read back, and every notification arrives.
/// </summary>
internal static class IngestCommand
{
    private const int WarmUp = 3;

    public static Command Create()
    {
        var executions = new Option<int>("--executions") { DefaultValueFactory = _ => 2000, Description = "Executions per round." };
        var single = new Option<int>("--single-executions")
        {
            DefaultValueFactory = _ => 100,
            Description = "Executions per round of the peer with one transaction per event, which is slow; 0 = without that peer.",
        };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var inFlight = new Option<int>("--in-flight") { DefaultValueFactory = _ => 1000, Description = "Calls under way at once." };
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 2 };
        var stores = new Option<string[]>("--stores")
        {
            DefaultValueFactory = _ => ["sqlite", "postgres"],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("ingest", "Events per second against echo and one transaction per event, over both stores.")
        {
            executions,
            single,
            rounds,
            inFlight,
            connections,
            stores,
        };
        command.SetAction(arguments =>
            RunAsync(
                arguments.GetValue(stores)!,
                arguments.GetValue(executions),
                arguments.GetValue(single),
                arguments.GetValue(rounds),
                arguments.GetValue(connections),
                arguments.GetValue(inFlight)
            )
        );
        return command;
    }

    private static async Task<int> RunAsync(string[] stores, int executions, int single, int rounds, int connections, int inFlight)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var echo = await Target.EchoAsync(connections, inFlight);
        var targets = new List<Target>();
        var singles = new List<Target>();
        try
        {
            foreach (var store in stores)
            {
                targets.Add(await Target.ServerAsync(store, receiver, connections, inFlight));
                if (single > 0)
                    singles.Add(await Target.SingleAsync(store, receiver, connections, inFlight));
            }

            for (var round = -WarmUp; round < rounds; round++)
            {
                // The first rounds only warm up: the compiler is done with the hot paths after about half a minute.
                await echo.RoundAsync(Names(echo.Name, round, executions), isCounted: round >= 0);
                foreach (var target in targets)
                    await RoundAsync(target, receiver, Names(target.Name, round, executions), round >= 0);
                foreach (var target in singles)
                    await RoundAsync(target, receiver, Names(target.Name, round, single), round >= 0);
                await Console.Error.WriteLineAsync($"round {round + 1} of {rounds} done");
            }

            var events = executions * Workload.EventsPerExecution;
            var text =
                $"{rounds} alternating rounds of {events} distinct events ({executions} executions), {inFlight} in flight on {connections} connections;";
            Report(echo, targets, singles, text, receiver);
            foreach (var target in targets.Concat(singles))
                await ReportServerAsync(target.Server!);
            return 0;
        }
        finally
        {
            foreach (var target in targets.Concat(singles))
                await target.DisposeAsync();
        }
    }

    private static string[] Names(string target, int round, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => $"{target.Replace(" ", "-", StringComparison.Ordinal).ToLowerInvariant()}-r{round + WarmUp}-{i}"),
        ];

    public static async Task RoundAsync(Target target, WebhookReceiver receiver, string[] names, bool isCounted)
    {
        var before = receiver.Received.Count;
        await target.Load.EachAsync(names, (admin, name) => admin.CreateExecutionAsync(Workload.Create(name)));
        await target.RoundAsync(names, isCounted);
        await receiver.ReceivedAsync(before + names.Length, TimeSpan.FromMinutes(2));
        var missing = 0;
        await target.Load.EachAsync(
            names,
            async (admin, name) =>
            {
                if (!await Workload.IsCompleteAsync(admin, name))
                    Interlocked.Increment(ref missing);
            }
        );
        if (missing > 0)
            throw new InvalidOperationException($"{missing} of {names.Length} executions were not read back complete");
    }

    private static void Report(Target echo, List<Target> targets, List<Target> singles, string rounds, WebhookReceiver receiver)
    {
        Console.WriteLine(Machine.Describe());
        Console.WriteLine(rounds);
        Console.WriteLine($"every event OK, every execution read back, {receiver.Received.Count} notifications delivered.");
        Console.WriteLine();
        Console.WriteLine(
            "| server | events/s (median) | min … max | × echo | × one transaction per event | server CPU µs/event | allocated bytes/event |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|");
        Console.WriteLine(echo.Row(echo, null));
        for (var i = 0; i < targets.Count; i++)
            Console.WriteLine(targets[i].Row(echo, singles.ElementAtOrDefault(i)));
        foreach (var single in singles)
            Console.WriteLine(single.Row(echo, single));
        Console.WriteLine();
    }

    private static async Task ReportServerAsync(ServerProcess server)
    {
        var metrics = await ServerMetrics.ReadAsync(server);
        var batches = metrics.Sum("transponder_commit_batch_size_count");
        var mean = metrics.Sum("transponder_commit_batch_size_sum") / batches;
        Console.WriteLine(server.Output.Split('\n').FirstOrDefault(line => line.Contains("keeps everything in", StringComparison.Ordinal)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {batches:0} transactions, {mean:0.0} events each on average"));
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
