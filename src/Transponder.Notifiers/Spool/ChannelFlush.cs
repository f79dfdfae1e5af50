using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers.Spool;

/// <summary>Sends what waits for one channel, whose lock the caller holds, until it does not take a message.</summary>
internal sealed class ChannelFlush(SpoolFiles files, SpoolOptions options, TimeProvider time, TaskContext context)
{
    private readonly SpoolThreads threads = new(files, time);
    private readonly List<string> problems = [];
    private int delivered;
    private int rejected;
    private int expired;

    /// <summary>What came of it, but for what is left.</summary>
    public FlushSummary Summary => new(delivered, 0, rejected, expired) { Problems = [.. problems] };

    /// <summary>What the last message that was tried came to.</summary>
    public DeliveryResult? Last { get; private set; }

    public void Problem(string text) => problems.Add(text);

    /// <summary>The channel that a mark stands for; null when none of its messages is left.</summary>
    public string? NameOf(string mark) => files.Of(mark).Select(Open).FirstOrDefault(message => message is not null)?.Channel;

    /// <param name="mark">The channel's mark.</param>
    /// <param name="notifier">The channel.</param>
    /// <param name="isOwn">Is told each message's file and result; whether the caller itself waits for it.</param>
    /// <param name="cancellationToken">Ends the flush between two messages.</param>
    public async Task RunAsync(string mark, Notifier notifier, Func<string, NotifyResult, bool> isOwn, CancellationToken cancellationToken)
    {
        foreach (var file in files.Of(mark))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Open(file) is not { } kept)
                continue;
            var result = await threads.SendAsync(kept.Channel, notifier, kept.Message, context, cancellationToken).ConfigureAwait(false);
            Last = result.Last;
            var own = isOwn(file.FullName, result);
            if (result.Last is DeliveryResult.Retry or DeliveryResult.Rejected { Scope: RejectionScope.Destination })
            {
                problems.Add(result.ToString());
                return;
            }
            if (result.Last is DeliveryResult.Rejected)
            {
                rejected++;
                problems.Add(result.ToString());
                if (!own)
                    files.Refuse(file, result.Last);
            }
            else
                delivered++;
            file.Delete();
        }
    }

    /// <summary>Reads a message; one that is too old, or is none, is removed.</summary>
    private SpooledMessage? Open(FileInfo file)
    {
        if (time.GetUtcNow() - SpoolFiles.Since(file) > options.MaxAge)
        {
            expired++;
            file.Delete();
            return null;
        }
        SpooledMessage? message;
        try
        {
            message = SpooledMessage.Read(File.ReadAllBytes(file.FullName));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        if (message is not null)
            return message;
        rejected++;
        problems.Add($"{file.Name} is no message");
        file.Delete();
        return null;
    }
}
