using System.Diagnostics;

namespace Transponder.Benchmarks.Deliver;

/// <summary>One who is measured: made to send a number of messages, each on its own, to the receiver.</summary>
internal abstract class Sender : IAsyncDisposable
{
    public abstract string Name { get; }

    /// <summary>Messages per second of each counted round.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>The processor's time per message of each counted round.</summary>
    public List<double> Costs { get; } = [];

    protected abstract int ProcessId { get; }

    /// <summary>Prepares a round, off the clock.</summary>
    public virtual Task PrepareAsync(string round, int count) => Task.CompletedTask;

    /// <summary>Asks for all messages of the round.</summary>
    public abstract Task RequestAsync(string round, int count);

    public async Task RoundAsync(string round, int count, Func<Task<long>> arrived, bool isCounted)
    {
        await PrepareAsync(round, count);
        var began = Stopwatch.GetTimestamp();
        var before = Processor();
        await RequestAsync(round, count);
        var ended = await arrived();
        if (!isCounted)
            return;
        Rates.Add(count / Stopwatch.GetElapsedTime(began, ended).TotalSeconds);
        Costs.Add((Processor() - before).TotalMicroseconds / count);
    }

    public abstract ValueTask DisposeAsync();

    private TimeSpan Processor()
    {
        using var process = Process.GetProcessById(ProcessId);
        return process.TotalProcessorTime;
    }
}
