using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Ingest;

/// <summary>
/// Events per second into each store, against a bare Kestrel handler and with the same loader, in alternating rounds. Every event is answered OK,
/// every execution is read back, and every notification arrives.
/// </summary>
internal static class IngestCommand
{
    private const int WarmUp = 3;

    public static Command Create()
    {
        var executions = new Option<int>("--executions") { DefaultValueFactory = _ => 2000, Description = "Executions per round." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var inFlight = new Option<int>("--in-flight") { DefaultValueFactory = _ => 1000, Description = "Calls under way at once." };
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 2 };
        var stores = new Option<string[]>("--stores")
        {
            DefaultValueFactory = _ => ["sqlite", "postgres"],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("ingest", "Events per second against echo, over both stores.")
        {
            executions,
            rounds,
            inFlight,
            connections,
            stores,
        };
        command.SetAction(arguments =>
            RunAsync(
                arguments.GetValue(stores)!,
                arguments.GetValue(executions),
                arguments.GetValue(rounds),
                arguments.GetValue(connections),
                arguments.GetValue(inFlight)
            )
        );
        return command;
    }

    private static async Task<int> RunAsync(string[] stores, int executions, int rounds, int connections, int inFlight)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var echo = await Target.EchoAsync(connections, inFlight);
        var targets = new List<Target>();
        try
        {
            foreach (var store in stores)
                targets.Add(await Target.ServerAsync(store, receiver, connections, inFlight));
            for (var round = -WarmUp; round < rounds; round++)
            {
                // The first rounds only warm up: the compiler is done with the hot paths after about half a minute.
                await echo.RoundAsync(Names(echo.Name, round, executions), isCounted: round >= 0);
                foreach (var target in targets)
                    await RoundAsync(target, receiver, Names(target.Name, round, executions), round >= 0);
                await Console.Error.WriteLineAsync($"round {round + 1} of {rounds} done");
            }

            Report(echo, targets, rounds, executions, connections, inFlight, receiver);
            foreach (var target in targets)
                await ReportServerAsync(target.Server!);
            return 0;
        }
        finally
        {
            foreach (var target in targets)
                await target.DisposeAsync();
        }
    }

    private static string[] Names(string target, int round, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => $"{target.Replace(" ", "-", StringComparison.Ordinal).ToLowerInvariant()}-r{round + WarmUp}-{i}"),
        ];

    private static async Task RoundAsync(Target target, WebhookReceiver receiver, string[] names, bool isCounted)
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

    private static void Report(
        Target echo,
        List<Target> targets,
        int rounds,
        int executions,
        int connections,
        int inFlight,
        WebhookReceiver receiver
    )
    {
        var events = executions * Workload.EventsPerExecution;
        Console.WriteLine(Machine.Describe());
        Console.WriteLine(
            $"{rounds} alternating rounds of {events} distinct events ({executions} executions), {inFlight} in flight on {connections} connections;"
        );
        Console.WriteLine($"every event OK, every execution read back, {receiver.Received.Count} notifications delivered.");
        Console.WriteLine();
        Console.WriteLine("| server | events/s (median) | min … max | × echo | server CPU µs/event |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var target in targets.Prepend(echo))
            Console.WriteLine(target.Row(Median(echo.Rates)));
        Console.WriteLine();
    }

    private static async Task ReportServerAsync(ServerProcess server)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(server.Http, "/metrics"));
        var batches = Value(metrics, "transponder_commit_batch_size_count");
        var mean = Value(metrics, "transponder_commit_batch_size_sum") / batches;
        Console.WriteLine(server.Output.Split('\n').FirstOrDefault(line => line.Contains("keeps everything in", StringComparison.Ordinal)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {batches:0} transactions, {mean:0.0} events each on average"));
    }

    private static double Value(string metrics, string name)
    {
        var match = Regex.Match(metrics, $@"^{name}(?:\{{[^}}]*\}})? (\S+)", RegexOptions.Multiline);
        return match.Success ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : double.NaN;
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
