using System.Collections.Concurrent;
using System.Diagnostics;
using Transponder.Client;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;

namespace Transponder.Benchmarks.Egress;

/// <summary>Node events at a fixed rate, whatever becomes of those before, and how long each call takes. Executions are made ahead of their events.</summary>
internal sealed class NodeLoad(TransponderClient client, int rate)
{
    private const int EventsPerExecution = 20;
    private const int ExecutionsAhead = 50;
    private static readonly TimeSpan tick = TimeSpan.FromMilliseconds(2);
    private readonly Dictionary<int, Task> executions = [];
    private volatile ConcurrentQueue<double>? measured;

    /// <summary>Until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        for (var i = 0; i < ExecutionsAhead; i++)
            Begin(i);
        await Task.WhenAll(executions.Values);
        var (started, sent, calls) = (Stopwatch.GetTimestamp(), 0, new List<Task>());
        while (!stopping.IsCancellationRequested)
        {
            for (; sent < Stopwatch.GetElapsedTime(started).TotalSeconds * rate; sent++)
            {
                if (sent % EventsPerExecution == 0)
                    Begin(ExecutionsAhead + (sent / EventsPerExecution));
                calls.Add(SendAsync(sent));
            }

            await Task.Delay(tick, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(calls);
    }

    /// <summary>Milliseconds of the calls that begin within that time, in order of length.</summary>
    public async Task<double[]> MeasureAsync(TimeSpan time)
    {
        var window = new ConcurrentQueue<double>();
        measured = window;
        await Task.Delay(time);
        measured = null;
        return [.. window.Order()];
    }

    private void Begin(int number) => executions[number] = client.Admin.CreateExecutionAsync(Workload.Create(Name(number)));

    private async Task SendAsync(int number)
    {
        await executions[number / EventsPerExecution];
        var request = Workload.Node(Name(number / EventsPerExecution), $"n{number}", NodePhase.Running);
        var (window, started) = (measured, Stopwatch.GetTimestamp());
        await client.Admin.CreateNodeEventAsync(request);
        window?.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static string Name(int execution) => $"load-{execution}";
}
