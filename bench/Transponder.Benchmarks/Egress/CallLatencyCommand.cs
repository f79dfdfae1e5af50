using System.CommandLine;
using System.Globalization;
using Transponder.Benchmarks.Ingest;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Egress;

/// <summary>How long event calls take while the sink is up, and while it is down, in windows that alternate. Exits with 1 when p99 grows by more than a fifth.</summary>
internal static class CallLatencyCommand
{
    private const double Limit = 1.2;
    private static readonly TimeSpan settling = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var pairs = new Option<int>("--windows") { DefaultValueFactory = _ => 7, Description = "How often up, then down." };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 8, Description = "A window's length." };
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 300, Description = "Events per second." };
        var sink = EgressCommand.Sink("kafka");
        var stores = EgressCommand.Stores();
        var command = new Command("latency", "p99 of event calls with the sink up and down, in alternating windows.")
        {
            pairs,
            seconds,
            rate,
            sink,
            stores,
        };
        command.SetAction(async arguments =>
        {
            Console.WriteLine(Machine.Describe());
            var (type, perSecond) = (arguments.GetValue(sink)!, arguments.GetValue(rate));
            var (windows, length) = (arguments.GetValue(pairs), TimeSpan.FromSeconds(arguments.GetValue(seconds)));
            Console.WriteLine($"{perSecond} event calls/s; {windows} windows of {length.TotalSeconds} s each way; milliseconds; {type}");
            var isGood = true;
            foreach (var store in arguments.GetValue(stores)!)
                isGood &= await MeasureAsync(store, type, perSecond, windows, length) <= Limit;
            return isGood ? 0 : 1;
        });
        return command;
    }

    private static async Task<double> MeasureAsync(string storeName, string type, int rate, int windows, TimeSpan length)
    {
        await using var store = await StoreUnderTest.StartAsync(storeName);
        await using var peer = SinkPeer.Start(type);
        await using var server = ServerProcess.Prepare(store, Workload.Yaml("http://127.0.0.1:9/") + "\n" + peer.Yaml);
        await server.StartAsync();
        using var client = server.Connect();
        await Workload.RegisterWorkflowAsync(client.Admin);
        await Workload.RegisterPlanAsync(client.Admin, Workload.Plan);

        using var stopping = new CancellationTokenSource();
        var load = new NodeLoad(client, rate);
        var running = load.RunAsync(stopping.Token);
        await load.MeasureAsync(length);
        Console.WriteLine();
        Console.WriteLine("| store | window | calls up | p50 | p99 | calls down | p50 | p99 | p99 down / up |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        var ratios = new List<double>();
        for (var window = 1; window <= windows && !running.IsCompleted; window++)
        {
            await Eventually.TrueAsync(async () => await SinkPeer.LagAsync(client) < rate, "the sink to be level", TimeSpan.FromMinutes(2));
            await Task.Delay(settling);
            var up = await load.MeasureAsync(length);
            peer.SetDown();
            await Task.Delay(settling);
            var down = await load.MeasureAsync(length);
            peer.SetUp();
            ratios.Add(At(down, 0.99) / At(up, 0.99));
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {storeName} | {window} | {Row(up)} | {Row(down)} | {ratios[^1]:0.00} |")
            );
        }

        await stopping.CancelAsync();
        await running;
        var median = IngestCommand.Median(ratios);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {storeName} | median | | | | | | | {median:0.00} |"));
        await server.StopAsync();
        return median;
    }

    private static string Row(double[] sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"{sorted.Length:#,0} | {At(sorted, 0.5):0.0} | {At(sorted, 0.99):0.0}");

    private static double At(double[] sorted, double part) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
}
