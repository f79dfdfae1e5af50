using System.Threading.Channels;
using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers.Timing;

/// <summary>
/// Sends a job's notices in order beside the job. It never fails and never grows: what cannot be sent is counted and logged, and of too many the
/// oldest give way.
/// </summary>
internal sealed class NoticePump : IAsyncDisposable
{
    private const int Most = 256;

    private readonly Notifier notifier;
    private readonly TaskContext context;
    private readonly ExecutorOptions options;
    private readonly ExecutorCounts counts;
    private readonly string? updateKey;
    private readonly Channel<Message> queue;
    private readonly CancellationTokenSource stop = new();
    private readonly Task sending;

    public NoticePump(Notifier notifier, TaskContext context, ExecutorOptions options, ExecutorCounts counts)
    {
        this.notifier = notifier;
        // What stands where is of no use after the job.
        this.context = options.UpdateInPlace ? context with { Updates = new UpdateReceipts() } : context;
        updateKey = options.UpdateInPlace ? context.NewId() : null;
        this.options = options;
        this.counts = counts;
        queue = Channel.CreateBounded<Message>(
            new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            dropped => Defect($"too many messages are waiting; dropped: {dropped.Title}")
        );
        sending = Task.Run(SendAsync);
    }

    public void Add(Notice notice) =>
        queue.Writer.TryWrite(
            context.Compose(notice.Title, notice.Body, notice.Severity) with
            {
                Format = notice.Format,
                Fields = notice.Fields,
                Links = notice.Links,
                UpdateKey = notice.IsProgress ? updateKey : null,
            }
        );

    public void Defect(string what)
    {
        counts.AddUndelivered();
        Log(what);
    }

    /// <summary>Waits until all is sent, for as long as the options allow.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        stop.CancelAfter(options.DrainTimeout);
        await sending.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task SendAsync()
    {
        await foreach (var message in queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                var result = await notifier.NotifyAsync(message, context, stop.Token).ConfigureAwait(false);
                if (result.IsDelivered)
                    counts.AddDelivered();
                else
                    Defect($"“{message.Title}”: {result}");
            }
            catch (Exception defect)
            {
                Defect($"“{message.Title}”: {defect.GetType().Name}");
            }
        }
    }

    private void Log(string what)
    {
        try
        {
            options.Log($"notification not sent: {what}");
        }
        catch (Exception defect) when (defect is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever would be told is gone; the count remains.
        }
    }
}
