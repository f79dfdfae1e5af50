namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>The calls under way in one producer, each under a small number that its messages carry.</summary>
internal sealed class KafkaCalls
{
    private readonly Lock sync = new();
    private readonly Stack<int> free = new();
    private KafkaCall?[] slots = new KafkaCall?[32];
    private int used;
    private int count;

    public bool IsEmpty => Volatile.Read(ref count) == 0;

    /// <summary>The earliest deadline; far away when nothing is under way.</summary>
    public long OldestDeadline
    {
        get
        {
            if (IsEmpty)
                return long.MaxValue;
            lock (sync)
            {
                var oldest = long.MaxValue;
                foreach (var call in slots.AsSpan(0, used))
                    oldest = Math.Min(oldest, call?.Deadline ?? long.MaxValue);
                return oldest;
            }
        }
    }

    public int Add(KafkaCall call)
    {
        lock (sync)
        {
            if (!free.TryPop(out var slot))
            {
                slot = used++;
                if (slot == slots.Length)
                    Array.Resize(ref slots, slots.Length * 2);
            }

            slots[slot] = call;
            count++;
            return slot;
        }
    }

    public KafkaCall? Find(int slot) => Volatile.Read(ref slots)[slot];

    public void Remove(int slot)
    {
        lock (sync)
        {
            slots[slot] = null;
            free.Push(slot);
            count--;
        }
    }

    /// <summary>Ends what is left, should reports be missing.</summary>
    public void SettleAll(int error)
    {
        lock (sync)
        {
            foreach (var call in slots.AsSpan(0, used))
                call?.Abandon(error);
            count = 0;
        }
    }
}
