using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers.Spool;

/// <summary>
/// Keeps messages on disk until their channel takes them: in order for each channel, under the ids that they had, so that a receiver that knows ids takes
/// a repetition for one. A message is removed after it was sent, never before; a process that is killed in between repeats it.
/// </summary>
public sealed class NotifySpool
{
    private readonly SpoolOptions options;
    private readonly SpoolFiles files;
    private readonly TimeProvider time;

    /// <summary>Makes one; nothing is touched before the first message.</summary>
    /// <param name="options">Where messages wait, and how long at most.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public NotifySpool(SpoolOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.Directory);
        this.options = options;
        this.time = time ?? TimeProvider.System;
        files = new SpoolFiles(options, this.time);
    }

    /// <summary>How many messages wait.</summary>
    public int Count => files.All().Count;

    /// <summary>Keeps a message; it is on disk when this returns null, else the answer says why it could not be kept.</summary>
    /// <param name="channel">The name that <see cref="FlushAsync(Func{string, Notifier?}, TaskContext?, CancellationToken)"/> will ask for; never a URL, since those of many channels are secrets.</param>
    /// <param name="message">The message, complete: without secrets, and with its execution.</param>
    public string? Add(string channel, Message message) => Write(channel, message, out _);

    /// <summary>
    /// Sends what waits, each channel's messages in order. A channel that does not take a message keeps it and those behind it; what is refused for good is
    /// dropped. Where another process is sending already, its channel's messages are left to it. Never throws but for cancellation.
    /// </summary>
    /// <param name="open">The channel of that name; null = it is not known here, and its messages go on waiting. The notifiers stay the caller's.</param>
    /// <param name="context">How often each message is tried, and for how long; null = this pod's own.</param>
    /// <param name="cancellationToken">Ends the flush; what was not sent goes on waiting.</param>
    public async Task<FlushSummary> FlushAsync(
        Func<string, Notifier?> open,
        TaskContext? context = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(open);
        try
        {
            var waiting = files.All();
            if (waiting.Count == 0)
                return FlushSummary.Empty;
            files.Tidy();
            var marks = waiting.Select(SpoolFiles.MarkOf).Distinct().ToArray();
            var parts = await Task.WhenAll(
                    marks.Select(mark => Task.Run(() => FlushAsync(mark, open, context ?? TaskContext.Current, cancellationToken)))
                )
                .ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return FlushSummary.Sum(parts);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return FlushSummary.Empty with { Problems = [Words(error)] };
        }
    }

    /// <summary>Keeps a message, then sends what waits for its channel, and it last. What became of it; with <see cref="NotifyResult.IsSpooled"/> it still waits.</summary>
    internal async Task<NotifyResult> SendAsync(
        string channel,
        Notifier notifier,
        Message message,
        TaskContext context,
        CancellationToken cancellationToken
    )
    {
        var start = context.Time.GetTimestamp();
        if (Write(channel, message, out var file) is { } problem)
        {
            var sent = await new SpoolThreads(files, time)
                .SendAsync(channel, notifier, message, context, cancellationToken)
                .ConfigureAwait(false);
            return sent.IsDelivered ? sent : sent with { SpoolProblem = problem };
        }

        var mark = SpoolFiles.Mark(channel);
        var flush = new ChannelFlush(files, options, time, context);
        NotifyResult? own = null;
        var why = "what came before it could not be sent";
        try
        {
            using var held = await LockAsync(mark, context, cancellationToken).ConfigureAwait(false);
            if (held is null)
                why = "another process is sending what waits";
            else
                await flush.RunAsync(mark, notifier, IsOwn, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            why = error is OperationCanceledException ? "the caller cancelled" : Words(error);
        }
        var isSpooled = File.Exists(file);
        own ??= new NotifyResult(notifier.Type, isSpooled ? Waiting() : SpoolFiles.ResultOf(file!), 0, context.Time.GetElapsedTime(start));
        return own with { IsSpooled = isSpooled };

        bool IsOwn(string path, NotifyResult result)
        {
            if (path != file)
                return false;
            own = result;
            return true;
        }

        DeliveryResult Waiting() => flush.Last as DeliveryResult.Retry ?? new DeliveryResult.Retry(DeliveryReason.Interrupted, why);
    }

    private string? Write(string channel, Message message, out string? file)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        ArgumentNullException.ThrowIfNull(message);
        if (channel.Contains("://", StringComparison.Ordinal))
            throw new ArgumentException("a channel is kept by its name, never by a URL", nameof(channel));
        file = null;
        try
        {
            var bytes = new SpooledMessage(channel, message).Write();
            var waiting = files.All();
            if (waiting.Count >= options.MaxMessages)
                return $"{waiting.Count} messages wait already, and no more are kept";
            if (SpoolFiles.BytesOf(waiting) + bytes.Length > options.MaxBytes)
                return $"the messages that wait have {options.MaxBytes} bytes already, and no more are kept";
            file = files.Write(channel, bytes);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Words(error);
        }
    }

    private async Task<FlushSummary> FlushAsync(
        string mark,
        Func<string, Notifier?> open,
        TaskContext context,
        CancellationToken cancellationToken
    )
    {
        var flush = new ChannelFlush(files, options, time, context);
        try
        {
            using var held = files.TryLock(mark);
            if (held is null)
                return FlushSummary.Empty with { Left = files.Of(mark).Count() };
            if (flush.NameOf(mark) is not { } channel)
                return flush.Summary;
            if (open(channel) is { } notifier)
                await flush.RunAsync(mark, notifier, (_, _) => false, cancellationToken).ConfigureAwait(false);
            else
                flush.Problem($"there is no channel {channel} here; its messages go on waiting");
            return flush.Summary with { Left = files.Of(mark).Count() };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            if (error is not OperationCanceledException)
                flush.Problem(Words(error));
            return flush.Summary with { Left = files.Of(mark).Count() };
        }
    }

    // Whoever is sending takes this message with it, or is done soon: both are worth a short wait.
    private async Task<FileStream?> LockAsync(string mark, TaskContext context, CancellationToken cancellationToken)
    {
        var start = context.Time.GetTimestamp();
        while (true)
        {
            if (files.TryLock(mark) is { } held)
                return held;
            if (context.Time.GetElapsedTime(start) >= context.Retry.Deadline)
                return null;
            await Task.Delay(TimeSpan.FromMilliseconds(50), context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private string Words(Exception error) => $"the spool {options.Directory} cannot be used: {error.GetType().Name}";
}
