namespace Transponder.Core.Events;

/// <summary>Events in order of position, taken from the front and added at the end.</summary>
internal sealed class EventRing
{
    private LoggedEvent[] slots = new LoggedEvent[16];
    private int head;

    public int Count { get; private set; }

    private LoggedEvent this[int index] => slots[(head + index) & (slots.Length - 1)];

    public void Add(LoggedEvent one)
    {
        if (Count == slots.Length)
            Grow();
        slots[(head + Count) & (slots.Length - 1)] = one;
        Count++;
    }

    public LoggedEvent RemoveFirst()
    {
        var first = slots[head];
        slots[head] = null!;
        head = (head + 1) & (slots.Length - 1);
        Count--;
        return first;
    }

    public void Clear()
    {
        Array.Clear(slots);
        (head, Count) = (0, 0);
    }

    /// <summary>The events after a position.</summary>
    public LoggedEvent[] After(long position, int limit)
    {
        var from = FirstAfter(position);
        var count = Math.Min(limit, Count - from);
        if (count <= 0)
            return [];
        var found = new LoggedEvent[count];
        for (var i = 0; i < count; i++)
            found[i] = this[from + i];
        return found;
    }

    private int FirstAfter(long position)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].Position <= position)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Grow()
    {
        var larger = new LoggedEvent[slots.Length * 2];
        for (var i = 0; i < Count; i++)
            larger[i] = this[i];
        (slots, head) = (larger, 0);
    }
}
