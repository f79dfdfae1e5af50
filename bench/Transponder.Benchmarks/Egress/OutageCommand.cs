using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Transponder.Benchmarks.Chaos;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Egress;

/// <summary>
/// Events at a steady rate into a sink whose other side goes away for a while, and kill -9 of the server in the middle of that. Exits with 1 when an
/// acknowledged event never arrives, an event arrives out of order, or a repetition has another id.
/// </summary>
internal static class OutageCommand
{
    private const string Header =
        "| store | sink | outage | events acknowledged | logged | arrived | lost | repeated | out of order | unknown | level after |";

    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 60, Description = "How long the sink is down." };
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 500, Description = "Events per second." };
        var sink = EgressCommand.Sink("kafka");
        var stores = EgressCommand.Stores();
        var command = new Command("outage", "An outage with kill -9 in the middle: counts lost, repeated and disordered events.")
        {
            seconds,
            rate,
            sink,
            stores,
        };
        command.SetAction(async arguments =>
        {
            var (down, type) = (TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(sink)!);
            var (rows, clean) = (new List<string>(), true);
            foreach (var store in arguments.GetValue(stores)!)
            {
                var (row, isClean) = await MeasureAsync(store, type, down, arguments.GetValue(rate));
                rows.Add(row);
                clean &= isClean;
            }

            Console.WriteLine(Machine.Describe());
            Console.WriteLine($"{arguments.GetValue(rate)} events/s; the server is killed in the middle of the outage.");
            Console.WriteLine();
            Console.WriteLine(Header);
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
            rows.ForEach(Console.WriteLine);
            return clean ? 0 : 1;
        });
        return command;
    }

    private static async Task<(string Row, bool IsClean)> MeasureAsync(string storeName, string type, TimeSpan down, int rate)
    {
        await using var store = await StoreUnderTest.StartAsync(storeName);
        await using var peer = SinkPeer.Start(type);
        await using var server = ServerProcess.Prepare(store, Workload.Yaml("http://127.0.0.1:9/") + "\n" + peer.Yaml);
        await server.StartAsync();
        using (var client = server.Connect())
        {
            await Workload.RegisterWorkflowAsync(client.Admin);
            await Workload.RegisterPlanAsync(client.Admin, Workload.Plan);
        }

        var ledger = new Ledger();
        using var stopping = new CancellationTokenSource();
        var load = new Producer(server.Connect, ledger, storeName).RunAtAsync(rate, stopping.Token);
        await Eventually.TrueAsync(() => peer.Account.Distinct > rate / 2, "events before the outage", TimeSpan.FromMinutes(2));
        peer.SetDown();
        await Task.Delay(down / 2);
        server.Kill();
        await server.RestartAsync();
        await Task.Delay(down / 2);
        peer.SetUp();
        var back = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            () => peer.Account.Distinct >= ledger.Acknowledged.Count - rate,
            "the sink to be level",
            TimeSpan.FromMinutes(2)
        );
        var level = Stopwatch.GetElapsedTime(back);
        await stopping.CancelAsync();
        await load;
        await Eventually
            .TrueAsync(() => peer.Account.Distinct >= ledger.Acknowledged.Count, "every event", TimeSpan.FromMinutes(2))
            .ContinueWith(_ => { }, TaskScheduler.Default);
        await server.StopAsync();
        return await ReportAsync(store, type, down, level, ledger, peer.Account);
    }

    private static async Task<(string Row, bool IsClean)> ReportAsync(
        StoreUnderTest store,
        string type,
        TimeSpan down,
        TimeSpan level,
        Ledger ledger,
        EventAccount account
    )
    {
        var log = await LogReader.CountAsync(store);
        var unlogged = ledger.Acknowledged.Keys.Count(id => !log.ContainsKey(id));
        var (logged, lost, unknown) = await account.CompareAsync(StoredLog.ReadAsync(store));
        var row = string.Create(
            CultureInfo.InvariantCulture,
            $"| {store.Name} | {type} | {down.TotalSeconds:0} s | {ledger.Acknowledged.Count:#,0} | {logged:#,0} | {account.Arrived:#,0} "
                + $"| {lost + unlogged} | {account.Repeated:#,0} | {account.OutOfOrder} | {unknown} | {level.TotalSeconds:0.0} s |"
        );
        return (row, lost + unlogged + account.OutOfOrder + unknown == 0);
    }
}
