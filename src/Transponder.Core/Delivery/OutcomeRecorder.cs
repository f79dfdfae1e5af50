using System.Threading.Channels;
using Transponder.Core.Store;

namespace Transponder.Core.Delivery;

/// <summary>
/// Records what became of one destination's deliveries. A batch is whatever arrived while the last one was recorded; where many arrive, it waits a
/// moment for more, as each record costs the store a commit. While the store fails, the
/// outcomes are kept in memory: none is lost while the process lives.
/// </summary>
internal sealed class OutcomeRecorder : IAsyncDisposable
{
    private const int LargestBatch = 500;
    private const int Busy = 8;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly DeliveryEnvironment environment;
    private readonly DestinationLease lease;
    private readonly Action<IReadOnlyList<SentDelivery>> recorded;
    private readonly Channel<SentDelivery> queue = System.Threading.Channels.Channel.CreateUnbounded<SentDelivery>(
        new UnboundedChannelOptions { SingleReader = true }
    );

    private readonly CancellationTokenSource abandon = new();
    private readonly Task running;
    private int waiting;

    public OutcomeRecorder(DeliveryEnvironment environment, DestinationLease lease, Action<IReadOnlyList<SentDelivery>> recorded)
    {
        this.environment = environment;
        this.lease = lease;
        this.recorded = recorded;
        running = Task.Run(RunAsync);
    }

    /// <summary>How many outcomes are not recorded yet.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public void Add(SentDelivery sent)
    {
        Interlocked.Increment(ref waiting);
        queue.Writer.TryWrite(sent);
    }

    /// <summary>Records what is left; at the deadline the rest is abandoned, to be found interrupted by the next owner.</summary>
    public async Task CompleteAsync(TimeSpan deadline)
    {
        queue.Writer.TryComplete();
        try
        {
            await running.WaitAsync(deadline, environment.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await abandon.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CompleteAsync(TimeSpan.Zero).ConfigureAwait(false);
        abandon.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<SentDelivery>();
        var isBusy = false;
        try
        {
            while (await queue.Reader.WaitToReadAsync(abandon.Token).ConfigureAwait(false))
            {
                if (isBusy)
                    await Task.Delay(Moment, abandon.Token).ConfigureAwait(false);
                while (batch.Count < LargestBatch && queue.Reader.TryRead(out var sent))
                    batch.Add(sent);
                await RecordAsync(batch).ConfigureAwait(false);
                Interlocked.Add(ref waiting, -batch.Count);
                recorded(batch);
                isBusy = batch.Count >= Busy;
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested) { }
    }

    private async Task RecordAsync(List<SentDelivery> batch)
    {
        var backoff = new Backoff();
        var uncertain = false;
        while (true)
        {
            try
            {
                var outcomes = batch.Select(sent => sent.Outcome).ToArray();
                var ours = await environment.Store.RecordAsync(lease, outcomes, abandon.Token).ConfigureAwait(false);
                if (!uncertain)
                    CountLate(batch.Count - ours);
                return;
            }
            catch (StoreException error) when (error.Failure == StoreFailure.BadData)
            {
                await RecordOneByOneAsync(batch).ConfigureAwait(false);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                uncertain |= error is StoreException { Failure: StoreFailure.Unknown };
                var wait = backoff.Next();
                Log(error, wait);
                await Task.Delay(wait, environment.Time, abandon.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task RecordOneByOneAsync(List<SentDelivery> batch)
    {
        foreach (var sent in batch)
        {
            if (batch.Count > 1)
            {
                await RecordAsync([sent]).ConfigureAwait(false);
                continue;
            }
            try
            {
                var bare = sent.Outcome with
                {
                    Subject = string.Empty,
                    Receipt = null,
                    Attempt = sent.Outcome.Attempt with { Detail = string.Empty },
                };
                await environment.Store.RecordAsync(lease, [bare], abandon.Token).ConfigureAwait(false);
            }
            catch (StoreException error)
            {
                DeliveryLog.Unrecordable(environment.Log, error, sent.Outcome.RowId);
            }
        }
    }

    private void CountLate(int count)
    {
        if (count <= 0)
            return;
        environment.Metrics.PossibleDuplicates(lease.Channel, count, "lease_lost");
        DeliveryLog.RecordedLate(environment.Log, count, lease.Destination);
    }

    private void Log(Exception error, TimeSpan wait)
    {
        if (error is StoreException)
            DeliveryLog.StoreFailed(environment.Log, "recorded attempts", error.Message, wait);
        else
            DeliveryLog.Unexpected(environment.Log, error, "recording", lease.Destination, wait);
    }
}
