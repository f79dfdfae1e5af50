using System.Collections.Concurrent;

namespace Transponder.Benchmarks.Chaos;

/// <summary>What the clients know: which events were acknowledged, which terminal executions, and which notifications arrived.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, int> received = new();
    private readonly ConcurrentDictionary<string, string> ids = new();
    private int otherIds;

    /// <summary>Every acknowledged event by the text of its request id, one per distinct event.</summary>
    public ConcurrentDictionary<string, bool> Acknowledged { get; } = new();

    /// <summary>The executions whose terminal event was acknowledged: each is owed one notification.</summary>
    public ConcurrentDictionary<string, bool> Ended { get; } = new();

    /// <summary>Acknowledged only after it was sent again: as new (the first try was lost before its commit), or as recorded already.</summary>
    public ConcurrentDictionary<string, bool> ResentAsNew { get; } = new();

    /// <summary>See <see cref="ResentAsNew"/>.</summary>
    public ConcurrentDictionary<string, bool> ResentAsKnown { get; } = new();

    /// <summary>Notifications that repeat an earlier one under another id, so that their receiver could not tell.</summary>
    public int OtherIds => Volatile.Read(ref otherIds);

    public void Receive(string execution, string id)
    {
        received.AddOrUpdate(execution, 1, (_, count) => count + 1);
        if (ids.GetOrAdd(execution, id) != id)
            Interlocked.Increment(ref otherIds);
    }

    public int Waiting() => Ended.Keys.Count(execution => !received.ContainsKey(execution));

    public int LostNotifications() => Waiting();

    public int RepeatedNotifications() => received.Values.Sum(count => count - 1);

    public int UnaskedNotifications() => received.Keys.Count(execution => !Ended.ContainsKey(execution));
}
