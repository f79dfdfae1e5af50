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
    public static Command Create()
    {
        var executions = new Option<int>("--executions") { DefaultValueFactory = _ => 2000, Description = "Executions per round." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var inFlight = new Option<int>("--in-flight") { DefaultValueFactory = _ => 256, Description = "Calls under way at once." };
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 2 };
        var command = new Command("ingest", "Events per second against echo, over both stores.")
        {
            executions,
            rounds,
            inFlight,
            connections,
        };
        command.SetAction(arguments =>
            RunAsync(
                arguments.GetValue(executions),
                arguments.GetValue(rounds),
                arguments.GetValue(connections),
                arguments.GetValue(inFlight)
            )
        );
        return command;
    }

    private static async Task<int> RunAsync(int executions, int rounds, int connections, int inFlight)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var echoPort = FreePort.Next();
        await using var echo = ChildProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "bench"),
            ["echo", "--port", echoPort.ToString(CultureInfo.InvariantCulture)]
        );
        await echo.LineAsync("echo is ready");
        await using var sqlite = await StoreUnderTest.StartAsync("sqlite");
        await using var postgres = await StoreUnderTest.StartAsync("postgres");
        await using var overSqlite = await StartAsync(sqlite, receiver);
        await using var overPostgres = await StartAsync(postgres, receiver);
        using var toEcho = new Load(new Uri($"http://127.0.0.1:{echoPort}"), connections, inFlight);
        using var toSqlite = new Load(overSqlite.Grpc, connections, inFlight);
        using var toPostgres = new Load(overPostgres.Grpc, connections, inFlight);

        var echoed = new List<double>();
        var targets = new[] { ("sqlite", toSqlite, new List<double>()), ("postgres", toPostgres, new List<double>()) };
        for (var round = -1; round < rounds; round++)
        {
            // The first round only warms up.
            var rate = await toEcho.RunAsync(Names("echo", round, executions));
            if (round >= 0)
                echoed.Add(rate);
            foreach (var (name, load, rates) in targets)
            {
                rate = await RoundAsync(load, receiver, Names(name, round, executions));
                if (round >= 0)
                    rates.Add(rate);
            }

            Console.Error.WriteLine($"round {round + 1} of {rounds} done");
        }

        Report(echoed, targets, executions, connections, inFlight, receiver);
        foreach (var server in new[] { overSqlite, overPostgres })
            await ReportServerAsync(server);
        return 0;
    }

    private static async Task<ServerProcess> StartAsync(StoreUnderTest store, WebhookReceiver receiver)
    {
        var server = ServerProcess.Prepare(store, Workload.Yaml(receiver.Url));
        await server.StartAsync();
        using var client = server.Connect();
        await Workload.RegisterAsync(client.Admin);
        return server;
    }

    private static string[] Names(string target, int round, int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"{target}-r{round + 1}-{i}")];

    private static async Task<double> RoundAsync(Load load, WebhookReceiver receiver, string[] names)
    {
        var before = receiver.Received.Count;
        await load.EachAsync(names, (admin, name) => admin.CreateExecutionAsync(Workload.Create(name)));
        var rate = await load.RunAsync(names);
        await receiver.ReceivedAsync(before + names.Length, TimeSpan.FromMinutes(2));
        var missing = 0;
        await load.EachAsync(
            names,
            async (admin, name) =>
            {
                if (!await Workload.IsCompleteAsync(admin, name))
                    Interlocked.Increment(ref missing);
            }
        );
        return missing == 0
            ? rate
            : throw new InvalidOperationException($"{missing} of {names.Length} executions were not read back complete");
    }

    private static void Report(
        List<double> echoed,
        (string Name, Load Load, List<double> Rates)[] targets,
        int executions,
        int connections,
        int inFlight,
        WebhookReceiver receiver
    )
    {
        var events = executions * Workload.EventsPerExecution;
        Console.WriteLine(Machine.Describe());
        Console.WriteLine(
            $"{echoed.Count} alternating rounds of {events} distinct events ({executions} executions), {inFlight} in flight on {connections} connections;"
        );
        Console.WriteLine($"every event OK, every execution read back, {receiver.Received.Count} notifications delivered.");
        Console.WriteLine();
        Console.WriteLine("| server | events/s (median) | min … max | × echo |");
        Console.WriteLine("|---|---|---|---|");
        Console.WriteLine(Row("bare Kestrel echo", echoed, Median(echoed)));
        foreach (var (name, _, rates) in targets)
            Console.WriteLine(Row($"transponder, {name}", rates, Median(echoed)));
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

    private static string Row(string name, List<double> rates, double echo) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {Median(rates):#,0} | {rates.Min():#,0} … {rates.Max():#,0} | {Median(rates) / echo:0.00} |"
        );

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
