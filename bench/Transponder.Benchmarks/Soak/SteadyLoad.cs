using System.Diagnostics;
using Transponder.Client;
using Transponder.Protocol;

namespace Transponder.Benchmarks.Soak;

/// <summary>Starts executions at a steady pace, or as fast as they are answered, and sends the events of each in order.</summary>
internal sealed class SteadyLoad(TransponderClient[] clients, SoakReceiver receiver)
{
    private static readonly TimeSpan tick = TimeSpan.FromMilliseconds(10);
    private long events;
    private int underWay;
    private int failed;

    /// <summary>Events answered OK so far.</summary>
    public long Events => Interlocked.Read(ref events);

    /// <summary>Calls that ended otherwise; their executions were given up.</summary>
    public int Failed => Volatile.Read(ref failed);

    /// <summary>The answer of the first of those.</summary>
    public string? FirstFailure { get; private set; }

    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>As many executions at once as given, for a time; answers the rate of its second half.</summary>
    public async Task<double> PeakAsync(string prefix, string plan, TimeSpan time, int atOnce)
    {
        var started = Stopwatch.GetTimestamp();
        var next = 0;
        var workers = Task.WhenAll(Enumerable.Range(0, atOnce).Select(WorkAsync));
        await Task.Delay(time / 2);
        var (half, halfway) = (Events, Stopwatch.GetTimestamp());
        await Task.Delay(time / 2);
        var rate = (Events - half) / Stopwatch.GetElapsedTime(halfway).TotalSeconds;
        await workers;
        return rate;

        async Task WorkAsync(int worker)
        {
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var i = Interlocked.Increment(ref next);
                await PlayAsync($"{prefix}-{i}", plan, clients[worker % clients.Length].Admin);
            }
        }
    }

    /// <summary>Events at a rate for a time, and then those of the executions that were begun.</summary>
    public async Task RunAsync(string prefix, string plan, double rate, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        var begun = 0;
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < time)
        {
            for (; begun < elapsed.TotalSeconds * rate / Workload.EventsPerExecution; begun++)
                _ = PlayAsync($"{prefix}-{begun}", plan, clients[begun % clients.Length].Admin);
            await Task.Delay(tick);
        }

        while (UnderWay > 0)
            await Task.Delay(tick);
    }

    private async Task PlayAsync(string name, string plan, AdminClient admin)
    {
        Interlocked.Increment(ref underWay);
        var isEnding = false;
        try
        {
            await admin.CreateExecutionAsync(Workload.Create(name, plan));
            var requests = Workload.Events(name);
            for (var i = 0; i < requests.Length; i++)
            {
                isEnding = i == requests.Length - 1;
                if (isEnding)
                    receiver.Ending(name);
                await Workload.SendAsync(admin, requests[i]);
                Interlocked.Increment(ref events);
            }
        }
        catch (RpcException error)
        {
            FirstFailure ??= $"{error.Code}: {error.Message}";
            Interlocked.Increment(ref failed);
            if (isEnding)
                receiver.Withdraw(name);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }
}
