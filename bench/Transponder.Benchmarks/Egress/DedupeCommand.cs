using System.CommandLine;
using System.Globalization;
using Transponder.Benchmarks.Chaos;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Egress;

/// <summary>
/// Played executions of every shape, with retries, map tasks, failures and aborts, and others whose nodes enter phases again, through a sink, with
/// kill -9 meanwhile: a consumer that drops what has a source and id that it knows must end with exactly the log's events.
/// </summary>
internal static class DedupeCommand
{
    private const int ChunkSize = 10_000;
    private const int EventsPerExecution = 25;
    private const int ReenteringShare = 10;
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(30);

    public static Command Create()
    {
        var executions = new Option<int>("--executions") { DefaultValueFactory = _ => 100_000 };
        var kills = new Option<int>("--kills") { DefaultValueFactory = _ => 20, Description = "About how often the server is killed." };
        var sink = EgressCommand.Sink("http");
        var store = new Option<string>("--store") { DefaultValueFactory = _ => "sqlite" };
        var command = new Command("dedupe", "A consumer that dedupes by source and id, against the log, over kills.")
        {
            executions,
            kills,
            sink,
            store,
        };
        command.SetAction(arguments =>
            RunAsync(arguments.GetValue(store)!, arguments.GetValue(sink)!, arguments.GetValue(executions), arguments.GetValue(kills))
        );
        return command;
    }

    private static async Task<int> RunAsync(string storeName, string type, int executions, int kills)
    {
        await using var store = await StoreUnderTest.StartAsync(storeName);
        await using var peer = SinkPeer.Start(type);
        await using var server = ServerProcess.Prepare(store, Workload.Yaml("http://127.0.0.1:9/") + "\n" + peer.Yaml);
        await server.StartAsync();
        using var client = server.Connect();
        await Workload.RegisterWorkflowAsync(client.Admin);
        await Workload.RegisterPlanAsync(client.Admin, Workload.Plan);

        var killed = 0;
        var nextKill = (long)executions * EventsPerExecution / (kills + 1);
        for (var first = 0; first < executions; first += ChunkSize)
        {
            var count = Math.Min(ChunkSize, executions - first);
            var playing = PlayAsync(server, first, count);
            while (await Task.WhenAny(playing, Task.Delay(20)) != playing)
            {
                if (killed == kills || peer.Account.Distinct < nextKill * (killed + 1))
                    continue;
                server.Kill();
                await server.RestartAsync();
                killed++;
            }

            await playing;
            await Console.Error.WriteLineAsync(
                $"{first + count} executions, {killed} kills, {peer.Account.Distinct} events, {peer.Account.Repeated} repeated"
            );
        }

        await Eventually.TrueAsync(async () => await SinkPeer.LagAsync(client) == 0, "the sink to be level", patience);
        await server.StopAsync();
        return await ReportAsync(store, type, executions, killed, peer.Account);
    }

    private static async Task PlayAsync(ServerProcess server, int first, int count)
    {
        var reentering = Math.Max(1, count / ReenteringShare);
        string[] arguments =
        [
            "play",
            "--executions",
            $"{Math.Max(1, count - reentering)}",
            "--seed",
            $"{first + 1}",
            .. "--shape mixed --failures 0.1 --aborts 0.1 --retries 0.1 --concurrency 64 --patience 120 -o json --server".Split(' '),
            $"{server.Grpc}",
        ];
        await using var play = ChildProcess.Start(Path.Combine(AppContext.BaseDirectory, "transponder"), arguments);
        await new Producer(server.Connect, new Ledger(), $"again-{first}").RunAsync(4, reentering, ReenteringExecution.Events);
        if (await play.ExitAsync(patience) is var code and not 0)
            throw new InvalidOperationException($"play ended with {code}: {play.Output}");
    }

    private static async Task<int> ReportAsync(StoreUnderTest store, string type, int executions, int kills, EventAccount account)
    {
        var phases = new PhaseIds();
        var (logged, lost, unknown) = await account.CompareAsync(phases.CountAsync(StoredLog.ReadAsync(store)));
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine(
            "| store | sink | executions | kills | logged | arrived | dropped as repeated | left | lost | unknown | out of order | with a phase of before |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {store.Name} | {type} | {executions:#,0} | {kills} | {logged:#,0} | {account.Arrived:#,0} | {account.Repeated:#,0} "
                    + $"| {account.Distinct:#,0} | {lost} | {unknown} | {account.OutOfOrder} | {phases.Repeated:#,0} |"
            )
        );
        var isExact = logged == account.Distinct && lost + unknown + account.OutOfOrder == 0;
        if (account.Repeated == 0 || phases.Repeated == 0)
            await Console.Error.WriteLineAsync("error: nothing was repeated, so nothing is shown");
        return isExact && account.Repeated > 0 && phases.Repeated > 0 ? 0 : 1;
    }
}
