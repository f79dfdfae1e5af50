using System.Diagnostics;
using Google.Protobuf;
using Transponder.Client;
using Transponder.Protocol;

namespace Transponder.Benchmarks.Chaos;

/// <summary>Plays executions as propeller does: an event is sent again until it is acknowledged, and "already exists" is an acknowledgement.</summary>
internal sealed class Producer(Func<TransponderClient> connect, Ledger ledger, string prefix)
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan tick = TimeSpan.FromMilliseconds(10);
    private int inFlight;

    /// <summary>How many calls are under way.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    public async Task RunAsync(int workers, CancellationToken stopping)
    {
        using var client = connect();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => WorkAsync(client.Admin, worker, stopping)));
    }

    /// <summary>Begins executions at a pace, whatever becomes of those before, and ends with the last one's end.</summary>
    /// <param name="rate">Events per second.</param>
    /// <param name="stopping">No execution begins after it.</param>
    public async Task RunAtAsync(double rate, CancellationToken stopping)
    {
        using var client = connect();
        var started = Stopwatch.GetTimestamp();
        var playing = new List<Task>();
        while (!stopping.IsCancellationRequested)
        {
            while (playing.Count < Stopwatch.GetElapsedTime(started).TotalSeconds * rate / Workload.EventsPerExecution)
                playing.Add(PlayAsync(client.Admin, $"{prefix}-{playing.Count}"));
            await Task.Delay(tick, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(playing);
    }

    /// <summary>Plays so many executions of another script, and ends with the last one's end.</summary>
    public async Task RunAsync(int workers, int executions, Func<string, IEnumerable<IMessage>> script)
    {
        using var client = connect();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref next) is var i && i <= executions)
                await PlayAsync(client.Admin, $"{prefix}-{i}", script);
        }
    }

    private async Task WorkAsync(AdminClient admin, int worker, CancellationToken stopping)
    {
        for (var i = 0; !stopping.IsCancellationRequested; i++)
            await PlayAsync(admin, $"{prefix}-{worker}-{i}");
    }

    private async Task PlayAsync(AdminClient admin, string name, Func<string, IEnumerable<IMessage>>? script = null)
    {
        await UntilAcknowledgedAsync($"{name}-create", () => admin.CreateExecutionAsync(Workload.Create(name)));
        foreach (var request in (script ?? Workload.Events)(name))
            await UntilAcknowledgedAsync(Workload.RequestIdOf(request), () => Workload.SendAsync(admin, request));
        ledger.Ended[name] = true;
    }

    private async Task UntilAcknowledgedAsync(string id, Func<Task> send)
    {
        for (var attempt = 0; ; attempt++)
        {
            Interlocked.Increment(ref inFlight);
            try
            {
                await send();
                Acknowledge(id, attempt, ledger.ResentAsNew);
                return;
            }
            catch (RpcException error) when (error.Code == StatusCode.AlreadyExists && attempt > 0)
            {
                Acknowledge(id, attempt, ledger.ResentAsKnown);
                return;
            }
            catch (RpcException error)
                when (error.Code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal)
            {
                // The server is gone; it will be back.
            }
            finally
            {
                Interlocked.Decrement(ref inFlight);
            }

            await Task.Delay(pause);
        }
    }

    private void Acknowledge(string id, int attempt, System.Collections.Concurrent.ConcurrentDictionary<string, bool> resent)
    {
        if (attempt > 0)
            resent[id] = true;
        if (!id.EndsWith("-create", StringComparison.Ordinal))
            ledger.Acknowledged[id] = true;
    }
}
