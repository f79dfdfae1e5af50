using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>
/// The records of one call on their way. Hands out batches in which no key stands twice, and no record of a key before its predecessor is confirmed:
/// SNS answers for each entry alone, so that a refused first and an accepted second of one batch would change places. Not thread-safe.
/// </summary>
internal sealed class SnsQueue
{
    private readonly PublishResult[] results;
    private readonly Queue<Queue<SnsEntry>> ready = [];
    private readonly Dictionary<string, Queue<SnsEntry>> keys = new(StringComparer.Ordinal);
    private PublishResult? abandoned;

    public SnsQueue(IReadOnlyList<SnsEntry> entries)
    {
        results = new PublishResult[entries.Count];
        foreach (var entry in entries)
        {
            if (!keys.TryGetValue(entry.Key, out var waiting))
                ready.Enqueue(keys[entry.Key] = waiting = []);
            waiting.Enqueue(entry);
        }
    }

    /// <summary>What became of each record, in the order of the call.</summary>
    public IReadOnlyList<PublishResult> Results => results;

    /// <summary>The next batch; empty when none can be sent before something under way is known.</summary>
    public List<SnsEntry> Take(int count, int size)
    {
        var batch = new List<SnsEntry>(count);
        while (batch.Count < count && ready.TryPeek(out var waiting))
        {
            var entry = waiting.Peek();
            if (batch.Count > 0 && entry.Size > size)
                break;
            ready.Dequeue();
            batch.Add(waiting.Dequeue());
            size -= entry.Size;
        }
        return batch;
    }

    /// <summary>Notes what became of a batch. A key goes on after a record that is confirmed, and is over after one that is not.</summary>
    public void Settle(IReadOnlyList<SnsEntry> batch, IReadOnlyList<PublishResult> outcomes)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            results[batch[i].Index] = outcomes[i];
            var waiting = keys[batch[i].Key];
            if (waiting.Count == 0)
                continue;
            if (outcomes[i].Outcome != PublishOutcome.Confirmed)
                Fail(waiting, PublishResult.Behind);
            else if (abandoned is { } result)
                Fail(waiting, result);
            else
                ready.Enqueue(waiting);
        }
    }

    /// <summary>Gives up what has not been sent yet.</summary>
    public void Abandon(PublishResult result)
    {
        abandoned = result;
        while (ready.TryDequeue(out var waiting))
            Fail(waiting, result);
    }

    private void Fail(Queue<SnsEntry> waiting, PublishResult result)
    {
        while (waiting.TryDequeue(out var entry))
            results[entry.Index] = result;
    }
}
