using System.Diagnostics;
using System.Globalization;
using Transponder.Protocol;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Ingest;

/// <summary>One server that is measured, in a process of its own, and its figures.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> owned = [];
    private readonly List<double> costs = [];
    private readonly List<double> allocations = [];
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

    /// <summary>The peer: the same server over a store of its own, with a transaction for each event.</summary>
    public static async Task<Target> SingleAsync(string store, WebhookReceiver receiver, int connections, int inFlight) =>
        await OverAsync(
            $"one-transaction-per-event-{store}",
            await StoreUnderTest.StartAsync(store),
            Workload.Yaml(receiver.Url) + "\nexecutions: { maxBatch: 1 }",
            connections,
            inFlight
        );

    public static async Task<Target> ServerAsync(string store, WebhookReceiver receiver, int connections, int inFlight) =>
        await OverAsync($"transponder-{store}", await StoreUnderTest.StartAsync(store), Workload.Yaml(receiver.Url), connections, inFlight);

    /// <summary>A server over a store, which ends with it unless it is to be used again.</summary>
    public static async Task<Target> OverAsync(
        string name,
        StoreUnderTest store,
        string yaml,
        int connections,
        int inFlight,
        bool ownsStore = true
    )
    {
        var server = ServerProcess.Prepare(store, yaml);
        try
        {
            await server.StartAsync();
            using var client = server.Connect();
            await Workload.RegisterAsync(client.Admin);
        }
        catch (RpcException error) when (error.Code == StatusCode.AlreadyExists)
        {
            // The store has been used before.
        }
        catch
        {
            await server.DisposeAsync();
            if (ownsStore)
                await store.DisposeAsync();
            throw;
        }

        var target = new Target(name, server.Grpc, () => server.ProcessId!.Value, connections, inFlight) { Server = server };
        target.owned.Add(server);
        if (ownsStore)
            target.owned.Add(store);
        return target;
    }

    public async Task RoundAsync(string[] names, bool isCounted)
    {
        var allocated = await AllocatedAsync();
        var before = Processor();
        var rate = await Load.RunAsync(names);
        var processor = Processor() - before;
        allocated = await AllocatedAsync() - allocated;
        if (!isCounted)
            return;
        var events = names.Length * Workload.EventsPerExecution;
        Rates.Add(rate);
        costs.Add(processor.TotalMicroseconds / events);
        allocations.Add(allocated / events);
    }

    /// <param name="echo">The peer that keeps nothing.</param>
    /// <param name="single">The peer with a transaction for each event; null where there is none to compare with.</param>
    public string Row(Target echo, Target? single)
    {
        var rate = IngestCommand.Median(Rates);
        var singly = single is null ? "–" : Number("0.0", rate / IngestCommand.Median(single.Rates));
        var bytes = IngestCommand.Median(allocations);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name} | {rate:#,0} | {Rates.Min():#,0} … {Rates.Max():#,0} | {rate / IngestCommand.Median(echo.Rates):0.00} | {singly} "
                + $"| {IngestCommand.Median(costs):0} | {(double.IsNaN(bytes) ? "–" : Number("#,0", bytes))} |"
        );
    }

    public async ValueTask DisposeAsync()
    {
        Load.Dispose();
        foreach (var part in owned)
            await part.DisposeAsync();
    }

    private static string Number(string format, double number) => number.ToString(format, CultureInfo.InvariantCulture);

    private async Task<double> AllocatedAsync() => Server is null ? double.NaN : (await ServerMetrics.ReadAsync(Server)).Allocated;

    private TimeSpan Processor()
    {
        using var process = Process.GetProcessById(processId());
        return process.TotalProcessorTime;
    }
}
