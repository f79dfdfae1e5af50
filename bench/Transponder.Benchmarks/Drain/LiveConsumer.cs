using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Drain;

/// <summary>kcat, which reads a topic while it is written, and ends when it has read as many messages as there must be.</summary>
internal sealed class LiveConsumer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly ChildProcess process;

    private LiveConsumer(ChildProcess process) => this.process = process;

    public static LiveConsumer Start(string brokers, string topic, long count) =>
        new(
            ChildProcess.Start(
                "/bin/sh",
                [
                    "-c",
                    "exec \"$0\" \"$@\" >/dev/null",
                    Executable.Find("kcat") ?? throw new InvalidOperationException("kcat is not installed (Debian package kcat)"),
                    "-C",
                    "-q",
                    "-b",
                    brokers,
                    "-t",
                    topic,
                    "-o",
                    "beginning",
                    "-c",
                    $"{count}",
                ]
            )
        );

    /// <summary>Waits for the last message.</summary>
    public async Task EndAsync()
    {
        if (await process.ExitAsync(Patience) is var code and not 0)
            throw new InvalidOperationException($"kcat ended with {code}: {process.Output}");
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
