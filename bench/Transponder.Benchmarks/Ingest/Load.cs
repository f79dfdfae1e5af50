using System.Diagnostics;
using Google.Protobuf;
using Transponder.Client;
using Transponder.Protocol;

namespace Transponder.Benchmarks.Ingest;

/// <summary>Sends the events of many executions, each execution's in order, many executions at once.</summary>
internal sealed class Load : IDisposable
{
    private readonly TransponderClient[] clients;
    private readonly int inFlight;

    public Load(Uri grpc, int connections, int inFlight)
    {
        this.inFlight = inFlight;
        var options = new GrpcChannelOptions { DefaultTimeout = TimeSpan.FromSeconds(60) };
        clients = [.. Enumerable.Range(0, connections).Select(_ => new TransponderClient(grpc, options))];
    }

    /// <summary>Events per second, each answered OK; any other answer throws.</summary>
    public async Task<double> RunAsync(IReadOnlyList<string> executions)
    {
        var events = executions.Select(Workload.Events).ToArray();
        var started = Stopwatch.GetTimestamp();
        await EachAsync(events, SendAllAsync);
        return executions.Count * Workload.EventsPerExecution / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Does something for each item, as many at once as events.</summary>
    public async Task EachAsync<T>(IReadOnlyList<T> items, Func<AdminClient, T, Task> action)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(WorkAsync));

        async Task WorkAsync(int worker)
        {
            var admin = clients[worker % clients.Length].Admin;
            for (var i = Interlocked.Increment(ref next); i < items.Count; i = Interlocked.Increment(ref next))
                await action(admin, items[i]);
        }
    }

    public void Dispose()
    {
        foreach (var client in clients)
            client.Dispose();
    }

    private static async Task SendAllAsync(AdminClient admin, IMessage[] events)
    {
        foreach (var request in events)
            await Workload.SendAsync(admin, request);
    }
}
