using System.Collections.Concurrent;

namespace Transponder.Notifiers.Pods;

/// <summary>Remembers where the latest message of each update key stands, so that the next takes its place.</summary>
internal sealed class UpdateReceipts
{
    private readonly ConcurrentDictionary<(Notifier, string, string?), string> receipts = new();

    public Message Continue(Notifier notifier, Message message) =>
        notifier.UpdatesMessages
        && message is { UpdateKey: { } key, UpdateReceipt: null }
        && receipts.TryGetValue((notifier, key, message.Target), out var receipt)
            ? message with
            {
                UpdateReceipt = receipt,
            }
            : message;

    public void Remember(Notifier notifier, Message message, DeliveryResult result)
    {
        if (notifier.UpdatesMessages && message.UpdateKey is { } key && result is DeliveryResult.Delivered { Receipt: { } receipt })
            receipts[(notifier, key, message.Target)] = receipt;
    }
}
