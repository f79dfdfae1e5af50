using Transponder.Core.Store;

namespace Transponder.Integrations.Stores;

/// <summary>A lane as it is stored.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Owner">Who has it, or had it last; null when it was given back.</param>
/// <param name="Free">True when nobody's lease on it is in force.</param>
/// <param name="Fence">The fence of the last lease.</param>
/// <param name="Position">The cursor.</param>
internal sealed record LaneRow(string Sink, int Shard, string? Owner, bool Free, long Fence, long Position);

/// <summary>How the owners that live share a sink's lanes: equally, those whose names come first have one more where it does not come out even.</summary>
internal static class LaneShares
{
    /// <summary>What an owner holds from now on: what it has, and free lanes up to its share. A lane that changes hands gets its next fence.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="lanes">All lanes of the sinks that it serves.</param>
    /// <param name="living">For each of these sinks who serves it, this owner included.</param>
    public static List<LaneLease> Decide(string owner, IEnumerable<LaneRow> lanes, ILookup<string, string> living)
    {
        var leases = new List<LaneLease>();
        foreach (var sink in lanes.GroupBy(lane => lane.Sink, StringComparer.Ordinal).OrderBy(sink => sink.Key, StringComparer.Ordinal))
        {
            var ordered = sink.OrderBy(lane => lane.Shard).ToArray();
            var share = Share(owner, ordered.Length, [.. living[sink.Key]]);
            var mine = ordered.Where(lane => lane.Owner == owner).ToArray();
            var taken = ordered.Where(lane => lane.Free && lane.Owner != owner).Take(Math.Max(0, share - mine.Length));
            leases.AddRange(mine.Select((lane, index) => Lease(lane, lane.Fence, surplus: index >= share)));
            leases.AddRange(taken.Select(lane => Lease(lane, lane.Fence + 1, surplus: false)));
        }
        return leases;
    }

    private static int Share(string owner, int lanes, IReadOnlyCollection<string> living)
    {
        var (owners, before) = (Math.Max(1, living.Count), living.Count(other => string.CompareOrdinal(other, owner) < 0));
        return (lanes / owners) + (before < lanes % owners ? 1 : 0);
    }

    private static LaneLease Lease(LaneRow lane, long fence, bool surplus) => new(lane.Sink, lane.Shard, fence, lane.Position, surplus);
}
