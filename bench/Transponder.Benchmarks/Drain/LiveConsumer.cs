using System.Diagnostics;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Drain;

/// <summary>
/// kcat, which reads a topic while it is written, and says with a byte for each message how far it is: the mock cluster forgets what lies further back
/// than 5 MB of a partition, so a producer that is not held back would outrun any reader.
/// </summary>
internal sealed class LiveConsumer : IAsyncDisposable
{
    // 16 partitions of 5 MB hold about 75,000 messages with headers; keys do not spread evenly.
    private const long MostAhead = 30_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly Task reading;
    private long read;

    private LiveConsumer(Process process)
    {
        this.process = process;
        reading = Task.Run(CountAsync);
    }

    public static LiveConsumer Start(string brokers, string topic, long count)
    {
        var program = Executable.Find("kcat") ?? throw new InvalidOperationException("kcat is not installed (Debian package kcat)");
        var start = new ProcessStartInfo(program, ["-C", "-q", "-b", brokers, "-t", topic, "-o", "beginning", "-c", $"{count}", "-f", "."])
        {
            RedirectStandardOutput = true,
        };
        return new LiveConsumer(Process.Start(start)!);
    }

    /// <summary>Whether a producer that has sent so many may go on.</summary>
    public bool KeepsUpWith(long sent) => sent - Volatile.Read(ref read) < MostAhead;

    /// <summary>Waits for the last message.</summary>
    public async Task EndAsync()
    {
        for (var (before, since) = (-1L, Stopwatch.GetTimestamp()); !reading.IsCompleted; )
        {
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1)));
            var now = Volatile.Read(ref read);
            if (now != before)
                (before, since) = (now, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new InvalidOperationException(
                    $"kcat has read {now} messages and no more came: the broker forgot some, or they were not sent"
                );
        }

        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await reading;
        process.Dispose();
    }

    private async Task CountAsync()
    {
        var buffer = new byte[64 * 1024];
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer) is var count and > 0)
            Interlocked.Add(ref read, count);
    }
}
