using System.Diagnostics;
using System.Globalization;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Ingest;

/// <summary>One server that is measured, in a process of its own, and its figures.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> owned = [];
    private readonly List<double> costs = [];
    private readonly Func<int> processId;

    private Target(string name, Uri grpc, Func<int> processId, int connections, int inFlight)
    {
        Name = name;
        Load = new Load(grpc, connections, inFlight);
        this.processId = processId;
    }

    public string Name { get; }

    public Load Load { get; }

    public ServerProcess? Server { get; private init; }

    /// <summary>Events per second of each counted round.</summary>
    public List<double> Rates { get; } = [];

    public static async Task<Target> EchoAsync(int connections, int inFlight)
    {
        var port = FreePort.Next();
        string[] arguments = ["echo", "--port", port.ToString(CultureInfo.InvariantCulture)];
        var echo = ChildProcess.Start(Path.Combine(AppContext.BaseDirectory, "bench"), arguments);
        var target = new Target("bare Kestrel echo", new Uri($"http://127.0.0.1:{port}"), () => echo.Id, connections, inFlight);
        target.owned.Add(echo);
        await echo.LineAsync("echo is ready");
        return target;
    }

    public static async Task<Target> ServerAsync(string store, WebhookReceiver receiver, int connections, int inFlight)
    {
        var kept = await StoreUnderTest.StartAsync(store);
        var server = ServerProcess.Prepare(kept, Workload.Yaml(receiver.Url));
        await server.StartAsync();
        using (var client = server.Connect())
            await Workload.RegisterAsync(client.Admin);
        var target = new Target($"transponder-{store}", server.Grpc, () => server.ProcessId!.Value, connections, inFlight)
        {
            Server = server,
        };
        target.owned.AddRange([server, kept]);
        return target;
    }

    public async Task RoundAsync(string[] names, bool isCounted)
    {
        var before = Processor();
        var rate = await Load.RunAsync(names);
        if (!isCounted)
            return;
        Rates.Add(rate);
        costs.Add((Processor() - before).TotalMicroseconds / (names.Length * Workload.EventsPerExecution));
    }

    public string Row(double echo)
    {
        var rate = IngestCommand.Median(Rates);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name} | {rate:#,0} | {Rates.Min():#,0} … {Rates.Max():#,0} | {rate / echo:0.00} | {IngestCommand.Median(costs):0} |"
        );
    }

    public async ValueTask DisposeAsync()
    {
        Load.Dispose();
        foreach (var part in owned)
            await part.DisposeAsync();
    }

    private TimeSpan Processor()
    {
        using var process = Process.GetProcessById(processId());
        return process.TotalProcessorTime;
    }
}
