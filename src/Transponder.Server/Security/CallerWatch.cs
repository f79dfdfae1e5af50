using Transponder.Protocol;

namespace Transponder.Server.Security;

/// <summary>Looks again and again, while a stream runs, whether its caller may still call, and ends the stream when it may not.</summary>
internal sealed class CallerWatch : IAsyncDisposable
{
    /// <summary>How long a stream outlives its caller's rights at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource ending = new();
    private readonly Task running;

    /// <summary>Begins to look.</summary>
    /// <param name="check">Throws the refusal.</param>
    /// <param name="end">Ends the stream with it.</param>
    /// <param name="clock">Says when to look.</param>
    public CallerWatch(Func<CancellationToken, Task> check, Action<RpcException> end, TimeProvider clock) =>
        running = RunAsync(check, end, clock);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running;
        ending.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> check, Action<RpcException> end, TimeProvider clock)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, clock);
            while (await timer.WaitForNextTickAsync(ending.Token))
                await check(ending.Token);
        }
        catch (RpcException refusal)
        {
            end(refusal);
        }
        catch (OperationCanceledException)
        {
            // The stream has ended by itself.
        }
    }
}
