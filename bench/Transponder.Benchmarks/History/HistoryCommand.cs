using System.CommandLine;
using System.Globalization;
using Transponder.Benchmarks.Ingest;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.History;

/// <summary>Events per second into a store that holds many events, against one that holds few: two servers at once, rounds alternating.</summary>
internal static class HistoryCommand
{
    private const int WarmUp = 3;
    private const long Few = 100_000;

    public static Command Create()
    {
        var events = new Option<long>("--events") { DefaultValueFactory = _ => 20_000_000, Description = "Events in the full store." };
        var keep = new Option<string?>("--keep")
        {
            Description = "A directory in which the full stores stay, for the next run; needs about 2 KB for each event of each store.",
        };
        var executions = new Option<int>("--executions") { DefaultValueFactory = _ => 500, Description = "Executions per round." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 7 };
        var inFlight = new Option<int>("--in-flight") { DefaultValueFactory = _ => 1000, Description = "Calls under way at once." };
        var stores = new Option<string[]>("--stores")
        {
            DefaultValueFactory = _ => ["sqlite", "postgres"],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("history", "Events per second with many events stored against few.")
        {
            events,
            keep,
            executions,
            rounds,
            inFlight,
            stores,
        };
        command.SetAction(async arguments =>
        {
            var results = new List<string>();
            foreach (var store in arguments.GetValue(stores)!)
                results.AddRange(
                    await RunAsync(
                        store,
                        arguments.GetValue(events),
                        arguments.GetValue(keep),
                        arguments.GetValue(executions),
                        arguments.GetValue(rounds),
                        arguments.GetValue(inFlight)
                    )
                );
            Console.WriteLine(Machine.Describe());
            Console.WriteLine(
                $"{arguments.GetValue(rounds)} alternating rounds of {arguments.GetValue(executions) * Workload.EventsPerExecution} events, {arguments.GetValue(inFlight)} in flight on 2 connections"
            );
            Console.WriteLine();
            Console.WriteLine("| store | events stored | executions stored | events/s (median) | min … max | × few |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var row in results)
                Console.WriteLine(row);
        });
        return command;
    }

    private static async Task<string[]> RunAsync(string name, long events, string? keep, int executions, int rounds, int inFlight)
    {
        using var temporary = new TempDirectory();
        var folder = Path.GetFullPath(Path.Combine(keep ?? temporary.Path, name));
        Directory.CreateDirectory(folder);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var postgres = name == "postgres" ? await StoreUnderTest.PostgresAsync(keep is null ? null : folder) : null;
        var stores = await Task.WhenAll(OpenAsync("few"), OpenAsync(string.Create(CultureInfo.InvariantCulture, $"many_{events}")));
        await HistoryFill.FillAsync(stores[0], Few, receiver);
        await HistoryFill.FillAsync(stores[1], events, receiver);

        var targets = new List<Target>();
        try
        {
            foreach (var store in stores)
                targets.Add(await Target.OverAsync(store.Name, store, Workload.Yaml(receiver.Url), 2, inFlight));
            // A kept store has the executions of earlier runs.
            var run = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            for (var round = -WarmUp; round < rounds; round++)
            {
                foreach (var (target, size) in targets.Zip(["few", "many"]))
                {
                    var names = Enumerable.Range(0, executions).Select(i => $"{size}-{run}-r{round + WarmUp}-{i}").ToArray();
                    await IngestCommand.RoundAsync(target, receiver, names, round >= 0);
                }

                await Console.Error.WriteLineAsync($"{name}: round {round + 1} of {rounds} done");
            }

            foreach (var target in targets)
                await target.Server!.StopAsync();
            return [.. targets.Zip(stores, (target, store) => Row(target, store, targets[0]))];
        }
        finally
        {
            foreach (var target in targets)
                await target.DisposeAsync();
        }

        async Task<StoreUnderTest> OpenAsync(string database)
        {
            if (postgres is null)
            {
                var file = Path.Combine(folder, database + ".db");
                foreach (var part in new[] { file, file + "-wal", file + "-shm" }.Where(_ => database == "few"))
                    File.Delete(part);
                return StoreUnderTest.Sqlite(file);
            }

            await EnsureAsync(postgres, database, isFresh: database == "few");
            return StoreUnderTest.Postgres(postgres, database);
        }
    }

    private static async Task EnsureAsync(PostgresServer postgres, string database, bool isFresh)
    {
        using var sql = new PostgresSql(postgres.ConnectionString("postgres"));
        if (isFresh)
            sql.Execute($"DROP DATABASE IF EXISTS {database}");
        if (sql.Number($"SELECT count(*) FROM pg_database WHERE datname = '{database}'") == 0)
            await postgres.CreateDatabaseAsync(name: database);
    }

    private static string Row(Target target, StoreUnderTest store, Target few)
    {
        using var sql = store.OpenSql();
        var rate = IngestCommand.Median(target.Rates);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {store.Name} | {HistoryFill.Count(sql):#,0} | {sql.Number("SELECT max(id) FROM executions"):#,0} | {rate:#,0} "
                + $"| {target.Rates.Min():#,0} … {target.Rates.Max():#,0} | {rate / IngestCommand.Median(few.Rates):0.00} |"
        );
    }
}
