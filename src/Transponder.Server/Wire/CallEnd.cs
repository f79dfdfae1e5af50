namespace Transponder.Server.Wire;

/// <summary>One token for "the caller is gone", "the deadline passed" and "the server stops".</summary>
internal sealed class CallEnd : IDisposable
{
    private readonly CancellationTokenSource? timer;
    private readonly CancellationTokenSource linked;

    public CallEnd(DateTimeOffset? due, TimeProvider clock, CancellationToken callerGone, CancellationToken stopping)
    {
        if (due is { } at)
        {
            var left = at - clock.GetUtcNow();
            timer = new CancellationTokenSource(left < TimeSpan.Zero ? TimeSpan.Zero : left, clock);
        }

        linked = CancellationTokenSource.CreateLinkedTokenSource(timer?.Token ?? default, callerGone, stopping);
        Token = linked.Token;
    }

    public CancellationToken Token { get; }

    public bool TimedOut => timer is { IsCancellationRequested: true };

    public void Cancel() => linked.Cancel();

    public void Dispose()
    {
        linked.Dispose();
        timer?.Dispose();
    }
}
