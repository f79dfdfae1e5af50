using System.Threading.Channels;

namespace Transponder.Core.Delivery;

/// <summary>What a loop sleeps on: until someone sets it or a time passes. A signal set while nobody waits is kept; several are one.</summary>
internal sealed class WakeSignal : IDisposable
{
    private readonly Channel<bool> flag = System.Threading.Channels.Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    /// <summary>As long as it takes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly ITimer timer;

    public WakeSignal(TimeProvider time) =>
        timer = time.CreateTimer(static state => ((WakeSignal)state!).Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Set() => flag.Writer.TryWrite(true);

    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (atMost < Longest)
            timer.Change(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await flag.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (atMost < Longest)
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();
}
