using Transponder.Core.Events;

namespace Transponder.Benchmarks.Egress;

/// <summary>
/// What a consumer sees that knows an event by its source and id: which came, how many repeated another one, and how many came for the first time
/// after a later one of their execution. Thread-safe.
/// </summary>
internal sealed class EventAccount
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<Guid>> seen = [];
    private readonly Dictionary<string, long> latest = [];
    private long arrived;
    private long distinct;
    private long disorder;

    /// <summary>All that came.</summary>
    public long Arrived => Interlocked.Read(ref arrived);

    /// <summary>What is left without repetitions.</summary>
    public long Distinct => Interlocked.Read(ref distinct);

    public long Repeated => Arrived - Distinct;

    /// <summary>New events at or before the place of one that had come: overtaken ones, and repetitions under another id.</summary>
    public long OutOfOrder => Interlocked.Read(ref disorder);

    public void Receive(string source, Guid id, string execution, long sequence)
    {
        lock (gate)
        {
            arrived++;
            if (!seen.TryGetValue(source, out var ids))
                seen[source] = ids = [];
            if (!ids.Add(id))
                return;
            distinct++;
            if (latest.TryGetValue(execution, out var last) && sequence <= last)
                disorder++;
            else
                latest[execution] = sequence;
        }
    }

    /// <summary>Against the log: how many events it has, how many of them never came, and how many came that it does not have.</summary>
    public async Task<(long Logged, long Lost, long Unknown)> CompareAsync(IAsyncEnumerable<LoggedEvent> log)
    {
        var unknown = seen.Values.SelectMany(ids => ids).ToHashSet();
        // An id under two sources would be two events.
        var (logged, lost, twice) = (0L, 0L, distinct - unknown.Count);
        await foreach (var entry in log)
        {
            logged++;
            if (!unknown.Remove(entry.Id))
                lost++;
        }

        return (logged, lost, unknown.Count + twice);
    }
}
