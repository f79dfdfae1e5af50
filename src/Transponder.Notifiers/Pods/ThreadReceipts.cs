using System.Collections.Concurrent;

namespace Transponder.Notifiers.Pods;

/// <summary>Remembers what the first message of each thread was answered, so that a task's later messages stand under it.</summary>
internal sealed class ThreadReceipts
{
    private readonly ConcurrentDictionary<(Notifier, string, string?), string> receipts = new();

    public Message Continue(Notifier notifier, Message message) =>
        notifier.KeepsThreads
        && message is { ThreadKey: { } key, ThreadReceipt: null }
        && receipts.TryGetValue((notifier, key, message.Target), out var receipt)
            ? message with
            {
                ThreadReceipt = receipt,
            }
            : message;

    public void Remember(Notifier notifier, Message message, DeliveryResult result)
    {
        if (notifier.KeepsThreads && message.ThreadKey is { } key && result is DeliveryResult.Delivered { Receipt: { } receipt })
            receipts.TryAdd((notifier, key, message.Target), message.ThreadReceipt ?? receipt);
    }
}
