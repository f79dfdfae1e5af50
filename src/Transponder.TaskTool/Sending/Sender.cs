using System.Globalization;
using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Spool;
using Transponder.TaskTool.Channels;

namespace Transponder.TaskTool.Sending;

/// <summary>
/// Sends messages to the channels of one call within a time limit, and says in a line what could not be sent. What may work later is kept on disk and
/// goes out with the next call.
/// </summary>
internal sealed class Sender : IAsyncDisposable
{
    // A message's own deadline ends it first, and knows why; the limit is for those that wait before it in the spool.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly ChannelBook book;
    private readonly NotifySpool? spool;
    private readonly Action<string> log;

    private Sender(TaskContext pod, ChannelBook book, NotifySpool? spool, Action<string> log)
    {
        Pod = pod;
        this.book = book;
        this.spool = spool;
        this.log = log;
    }

    /// <summary>The pod.</summary>
    public TaskContext Pod { get; }

    /// <summary>The channels that messages go to.</summary>
    public IReadOnlyList<OpenChannel> Channels { get; private set; } = [];

    /// <summary>True when something that was asked for did not happen.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Makes one and opens its channels; connects to nothing.</summary>
    /// <param name="settings">What the command line says.</param>
    /// <param name="environment">What the environment says.</param>
    /// <param name="log">Told of each trouble in one line.</param>
    public static Sender Open(SendSettings settings, ToolEnvironment environment, Action<string> log)
    {
        var config = ToolConfig.Load(environment);
        var pod = TaskContext.FromPod() with { Retry = new RetryPolicy { Deadline = settings.Deadline } };
        foreach (var name in environment.SecretVariables)
            pod.Secrets.Guard(SecretRef.FromEnvironment(name));
        var book = new ChannelBook(environment, config, new ChannelSetting(pod, log));
        string? misplaced = null;
        var spool = settings.Keep ? SpoolPlace.Open(environment, config, pod.Time, out misplaced) : null;
        var sender = new Sender(pod, book, spool, log);
        foreach (var problem in config.Problems)
            sender.Fail(problem);
        if (misplaced is not null)
            log(misplaced);
        if (settings.Channels is { } wanted)
            sender.Channels = book.Find(wanted, sender.Fail);
        return sender;
    }

    /// <summary>All channels as one, for whoever sends by itself.</summary>
    public Notifier? Together() => Channels.Count == 0 ? null : MultiNotifier.All(Channels.Select(Kept));

    /// <summary>Sends a message to every channel. Takes hardly longer than the pod's deadline.</summary>
    public async Task SendAsync(Message message, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Pod.Retry.Deadline + Margin);
        await Task.WhenAll(Channels.Select(channel => SendAsync(channel, message, limit.Token))).ConfigureAwait(false);
    }

    /// <summary>Sends what waits from earlier calls, within the pod's deadline; null where nothing is ever kept.</summary>
    public async Task<FlushSummary?> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (spool is null || spool.Count == 0)
            return spool is null ? null : FlushSummary.Empty;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Pod.Retry.Deadline);
        try
        {
            return await spool.FlushAsync(book.FindSpooled, Pod, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return FlushSummary.Empty with { Left = spool.Count, Problems = ["there was not enough time to send all that waits"] };
        }
    }

    /// <summary>Sends what waits for other channels than this call's own, whose messages went first already; says nothing unless something was sent.</summary>
    public async Task FlushRestAsync(CancellationToken cancellationToken = default)
    {
        if (HasFailed || await FlushAsync(cancellationToken).ConfigureAwait(false) is not { Delivered: > 0 } summary)
            return;
        log(string.Create(CultureInfo.InvariantCulture, $"{summary.Delivered} earlier messages have been sent"));
    }

    public ValueTask DisposeAsync() => book.CloseAsync();

    private async Task SendAsync(OpenChannel channel, Message message, CancellationToken cancellationToken)
    {
        var result = await Kept(channel).NotifyAsync(message, Pod, cancellationToken).ConfigureAwait(false);
        if (!result.IsDelivered)
            Fail($"{channel.Label}: {result}");
    }

    private Notifier Kept(OpenChannel channel) =>
        spool is null ? channel.Notifier : new SpooledNotifier(channel.Notifier, spool, channel.SpoolName);

    /// <summary>Says what went wrong, and remembers that something did.</summary>
    public void Fail(string problem)
    {
        HasFailed = true;
        log(problem);
    }
}
