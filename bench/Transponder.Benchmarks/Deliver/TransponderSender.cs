using System.Diagnostics;
using Transponder.Benchmarks.Ingest;

namespace Transponder.Benchmarks.Deliver;

/// <summary>
/// The whole server: each execution's last event is sent as propeller sends it, and answered when it is on disk; its notification goes out from the
/// store.
/// </summary>
internal sealed class TransponderSender : Sender
{
    private readonly StoreUnderTest store;
    private readonly ServerProcess server;
    private readonly Load load;

    private TransponderSender(string name, StoreUnderTest store, ServerProcess server)
    {
        Name = name;
        this.store = store;
        this.server = server;
        load = new Load(server.Grpc, connections: 2, inFlight: 256);
    }

    public override string Name { get; }

    public Uri Metrics => new(server.Http, "/metrics");

    protected override int ProcessId => server.ProcessId!.Value;

    public static async Task<TransponderSender> StartAsync(string store, string yaml)
    {
        var kept = await StoreUnderTest.StartAsync(store);
        var server = ServerProcess.Prepare(kept, yaml);
        await server.StartAsync();
        using (var client = server.Connect())
            await Workload.RegisterAsync(client.Admin);
        return new TransponderSender($"transponder, {(store == "sqlite" ? "SQLite" : "PostgreSQL")}", kept, server);
    }

    public override async Task PrepareAsync(string round, int count)
    {
        await load.EachAsync(Names(round, count), (admin, name) => admin.CreateExecutionAsync(Workload.Create(name)));
        await load.EachAsync(Names(round, count), (admin, name) => Workload.SendAsync(admin, Workload.Events(name)[0]));
    }

    public override Task RequestAsync(string round, int count) =>
        load.EachAsync(Names(round, count), (admin, name) => Workload.SendAsync(admin, Workload.Events(name)[^1]));

    /// <summary>Sends the last events at a steady rate, and notes when each was begun.</summary>
    public async Task RequestAsync(string round, int count, double perSecond, Action<string, long> begun)
    {
        using var client = server.Connect();
        var started = Stopwatch.GetTimestamp();
        var calls = new List<Task>(count);
        foreach (var name in Names(round, count))
        {
            var due = TimeSpan.FromSeconds(calls.Count / perSecond);
            while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < due)
                await Task.Delay(due - elapsed > TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero);
            var last = Workload.Events(name)[^1];
            begun(name, Stopwatch.GetTimestamp());
            calls.Add(Workload.SendAsync(client.Admin, last));
        }
        await Task.WhenAll(calls);
    }

    public static string[] Names(string round, int count) => [.. Enumerable.Range(0, count).Select(i => $"{round}-{i}")];

    public override async ValueTask DisposeAsync()
    {
        load.Dispose();
        await server.DisposeAsync();
        await store.DisposeAsync();
    }
}
