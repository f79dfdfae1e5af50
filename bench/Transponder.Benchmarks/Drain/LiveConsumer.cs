using System.Diagnostics;

namespace Transponder.Benchmarks.Drain;

/// <summary>
/// A reader that takes a topic in while it is written, and says how far it is: the mock cluster forgets what lies further back than 5 MB of a partition, so
/// a producer that is not held back would outrun any reader.
/// </summary>
internal sealed class LiveConsumer : IAsyncDisposable
{
    // All of them may lie in one partition: the reader takes one after the other.
    private const long MostAhead = 4_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly Task reading;
    private long read;

    private LiveConsumer(Process process)
    {
        this.process = process;
        reading = Task.Run(CountAsync);
    }

    public static LiveConsumer Start(string brokers, string topic, int partitions, long count)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "bench");
        string[] arguments =
        [
            "drain-reader",
            "--brokers",
            brokers,
            "--topic",
            topic,
            "--partitions",
            $"{partitions}",
            "--count",
            $"{count}",
        ];
        return new LiveConsumer(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!);
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
                    $"the reader has {now} messages and no more came: the broker forgot some, or they were not sent"
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
