namespace Transponder.Core.Egress;

/// <summary>Keeps the values that were asked for last, between half of a number and that number. Thread-safe.</summary>
/// <param name="capacity">How many at most.</param>
internal sealed class RecentCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private Dictionary<TKey, TValue> recent = [];
    private Dictionary<TKey, TValue> older = [];

    public bool TryGet(TKey key, out TValue? value)
    {
        lock (gate)
        {
            if (recent.TryGetValue(key, out value))
                return true;
            if (!older.TryGetValue(key, out value))
                return false;
            Put(key, value);
            return true;
        }
    }

    public void Set(TKey key, TValue value)
    {
        lock (gate)
            Put(key, value);
    }

    private void Put(TKey key, TValue value)
    {
        if (recent.Count >= capacity / 2)
            (older, recent) = (recent, []);
        recent[key] = value;
    }
}
