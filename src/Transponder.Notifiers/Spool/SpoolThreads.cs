using System.Text.Json;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers.Spool;

/// <summary>
/// Keeps on disk what the first message of each thread was answered, so that messages of other processes stand under it: one small file for each thread of a
/// channel, the latest used ones. A thread that cannot be kept is no trouble: the message stands by itself.
/// </summary>
internal sealed class SpoolThreads(SpoolFiles files, TimeProvider time)
{
    private const string Suffix = ".thread";
    private const int Most = 256;

    /// <summary>Sends a message under the first one of its thread, where that is known; else it may be the first one.</summary>
    public async Task<NotifyResult> SendAsync(
        string channel,
        Notifier notifier,
        Message message,
        TaskContext context,
        CancellationToken cancellationToken
    )
    {
        var placed = Continue(channel, notifier, message, context);
        var result = await notifier.NotifyCoreAsync(placed, context, cancellationToken).ConfigureAwait(false);
        Remember(channel, notifier, placed, result.Last);
        return result;
    }

    private Message Continue(string channel, Notifier notifier, Message message, TaskContext context)
    {
        if (!notifier.KeepsThreads || message is not { ThreadKey: { } key, ThreadReceipt: null })
            return message;
        try
        {
            return Read(channel, message.Target, key) is { } receipt
                ? message with
                {
                    ThreadReceipt = receipt,
                }
                : context.Threads.Continue(notifier, message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return context.Threads.Continue(notifier, message);
        }
    }

    // Of two first messages at once, one is the thread's first.
    private void Remember(string channel, Notifier notifier, Message message, DeliveryResult result)
    {
        if (!notifier.KeepsThreads || message.ThreadKey is not { } key || result is not DeliveryResult.Delivered { Receipt: { } receipt })
            return;
        try
        {
            var path = PathOf(channel, message.Target, key);
            var isNew = !File.Exists(path);
            if (isNew)
                files.WriteOnce(path, Write(channel, message.Target, key, message.ThreadReceipt ?? receipt));
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            if (isNew)
                Forget();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { }
    }

    private void Forget()
    {
        var all = files.Named("*" + Suffix);
        foreach (var file in all.OrderByDescending(file => file.LastWriteTimeUtc).Skip(Most))
            file.Delete();
    }

    private string? Read(string channel, string? target, string key)
    {
        var path = PathOf(channel, target, key);
        if (!File.Exists(path))
            return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            // Names of files are digests, which may be alike.
            return Text(root, "channel") == channel && Text(root, "target") == target && Text(root, "key") == key
                ? Text(root, "receipt")
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Write(string channel, string? target, string key, string receipt) =>
        JsonRequest.Write(json =>
        {
            json.WriteString("channel", channel);
            json.WriteString("target", target);
            json.WriteString("key", key);
            json.WriteString("receipt", receipt);
        });

    private string PathOf(string channel, string? target, string key) =>
        files.PathOf($"{SpoolFiles.Mark(channel)}-{NameDigest.Of($"{target}\n{key}")}{Suffix}");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;
}
