using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Transponder.Benchmarks.Ingest;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Start;

/// <summary>From the start of the process to a healthy answer over HTTP, with a fresh database and with one in use; and what the server takes when idle.</summary>
internal static class StartCommand
{
    private const int Executions = 20;
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(5);

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 7 };
        var idle = new Option<int>("--idle") { DefaultValueFactory = _ => 30, Description = "Seconds of rest before the memory is read." };
        var stores = new Option<string[]>("--stores")
        {
            DefaultValueFactory = _ => ["sqlite", "postgres"],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("start", "From process start to a healthy answer, and idle memory.") { runs, idle, stores };
        command.SetAction(async arguments =>
        {
            var rows = new List<string>();
            foreach (var store in arguments.GetValue(stores)!)
            {
                rows.Add(await RunAsync(store, isFresh: true, arguments.GetValue(runs), arguments.GetValue(idle)));
                rows.Add(await RunAsync(store, isFresh: false, arguments.GetValue(runs), arguments.GetValue(idle)));
            }

            Console.WriteLine(Machine.Describe());
            Console.WriteLine($"{arguments.GetValue(runs)} starts each; memory after {arguments.GetValue(idle)} s of rest");
            Console.WriteLine();
            Console.WriteLine("| store | database | ready (median) | min … max | processor time | idle RSS |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var row in rows)
                Console.WriteLine(row);
        });
        return command;
    }

    private static async Task<string> RunAsync(string name, bool isFresh, int runs, int idle)
    {
        await using var postgres = name == "postgres" ? await StoreUnderTest.PostgresAsync() : null;
        var used = await OpenAsync();
        if (!isFresh)
            await UseAsync(used);
        var (ready, processor) = (new List<double>(), new List<double>());
        var resident = 0.0;
        for (var run = 0; run < runs; run++)
        {
            if (isFresh)
            {
                await used.DisposeAsync();
                used = await OpenAsync();
            }

            await using var server = ServerProcess.Prepare(used, Workload.Yaml("http://127.0.0.1:9"));
            ready.Add((await StartAsync(server)).TotalMilliseconds);
            using var process = Process.GetProcessById(server.ProcessId!.Value);
            processor.Add(process.TotalProcessorTime.TotalMilliseconds);
            if (run == runs - 1)
            {
                await Task.Delay(TimeSpan.FromSeconds(idle));
                process.Refresh();
                resident = process.WorkingSet64;
            }

            await server.StopAsync();
        }

        await used.DisposeAsync();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {(isFresh ? "fresh" : "in use")} | {IngestCommand.Median(ready):#,0} ms | {ready.Min():#,0} … {ready.Max():#,0} "
                + $"| {IngestCommand.Median(processor):#,0} ms | {resident / (1 << 20):0} MB |"
        );

        async Task<StoreUnderTest> OpenAsync() =>
            postgres is null
                ? StoreUnderTest.Sqlite()
                : StoreUnderTest.Postgres(
                    postgres,
                    new Npgsql.NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()).Database!
                );
    }

    private static async Task<TimeSpan> StartAsync(ServerProcess server)
    {
        using var http = new HttpClient();
        var address = new Uri(server.Http, "/healthcheck");
        var started = Stopwatch.GetTimestamp();
        var starting = server.StartAsync();
        while (!starting.IsFaulted)
        {
            try
            {
                using var answer = await http.GetAsync(address);
                if (answer.IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException)
            {
                // Nothing listens yet.
            }

            await Task.Delay(pause);
        }

        var ready = Stopwatch.GetElapsedTime(started);
        await starting;
        return ready;
    }

    private static async Task UseAsync(StoreUnderTest store)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var target = await Target.OverAsync("use", store, Workload.Yaml(receiver.Url), 1, Executions, ownsStore: false);
        await IngestCommand.RoundAsync(target, receiver, [.. Enumerable.Range(0, Executions).Select(i => $"use-{i}")], isCounted: false);
        await target.Server!.StopAsync();
    }
}
