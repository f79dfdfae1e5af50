using System.Collections.Concurrent;
using Transponder.Notifiers;

namespace Transponder.Tests.Notifiers;

/// <summary>A channel with threads and changeable messages, whose receipts name the message that they are of.</summary>
internal sealed class ThreadingNotifier : Notifier
{
    private readonly ConcurrentDictionary<string, string?> under = new();
    private readonly ConcurrentDictionary<string, string?> replaced = new();

    /// <summary>What each message stands under.</summary>
    public IReadOnlyDictionary<string, string?> Under => under;

    /// <summary>What each message took the place of.</summary>
    public IReadOnlyDictionary<string, string?> Replaced => replaced;

    public bool Fails { get; set; }

    public override bool KeepsThreads => true;

    public override bool UpdatesMessages => true;

    protected override Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        if (Fails)
            return Task.FromResult<DeliveryResult>(new DeliveryResult.Retry(DeliveryReason.ConnectFailed, "nobody is there"));
        (under[message.Id], replaced[message.Id]) = (message.ThreadReceipt, message.UpdateReceipt);
        return Task.FromResult<DeliveryResult>(new DeliveryResult.Delivered($"receipt of {message.Id}"));
    }
}
