namespace Transponder.Server.Commands.Play;

/// <summary>Spaces calls evenly.</summary>
/// <param name="rate">Calls per second; null = none waits.</param>
/// <param name="time">The clock.</param>
internal sealed class PlayPace(double? rate, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long begin = time.GetTimestamp();
    private double next;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (rate is not { } perSecond)
            return Task.CompletedTask;
        double wait;
        lock (gate)
        {
            var now = time.GetElapsedTime(begin).TotalSeconds;
            var mine = Math.Max(next, now);
            next = mine + (1 / perSecond);
            wait = mine - now;
        }

        return wait > 0.001 ? Task.Delay(TimeSpan.FromSeconds(wait), time, cancellationToken) : Task.CompletedTask;
    }
}
