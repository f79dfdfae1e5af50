using System.Collections;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// The lanes of one sink that are in this process's hands: taken, renewed, saved, lost and given back. Used under its worker's lock.
/// </summary>
internal sealed class OwnLanes(string sink, EgressEnvironment environment) : IReadOnlyList<Lane>
{
    private readonly List<Lane> lanes = [];
    private readonly List<Lane> former = [];

    public int Count => lanes.Count;

    public Lane this[int index] => lanes[index];

    /// <summary>Renews what is here already, loses what is not among the leases, and answers the leases that are new.</summary>
    public List<LaneLease> Renew(IReadOnlyList<LaneLease> leases, long at)
    {
        foreach (var lane in lanes.ToArray())
        {
            if (!leases.Any(lane.Has))
                Lose(lane);
        }
        var unknown = new List<LaneLease>();
        foreach (var lease in leases)
        {
            if (Of(lease) is { } lane)
                lane.Renew(lease, at);
            else
                unknown.Add(lease);
        }
        return unknown;
    }

    /// <summary>Takes a lane that begins above what retention has removed.</summary>
    public Lane Add(LaneLease lease, long at, long first)
    {
        former.RemoveAll(one => !one.IsBusy);
        var lane = new Lane(lease, at) { Former = former.FindLast(one => one.Shard == lease.Shard) };
        Skip(lane, first);
        lanes.Add(lane);
        return lane;
    }

    /// <summary>Goes on above what retention has removed.</summary>
    public void SkipRemoved(long first) => lanes.ForEach(lane => Skip(lane, first));

    /// <summary>Takes what is to be stored.</summary>
    public List<LaneProgress> Collect()
    {
        var progress = new List<LaneProgress>();
        foreach (var lane in lanes)
        {
            if (!lane.Changes.IsEmpty(lane.Cursor))
                progress.Add(lane.Changes.Take(lane.Lease, lane.Cursor));
        }
        return progress;
    }

    /// <summary>Says what became of it: stored but for the lanes that were lost, or not stored at all.</summary>
    public void Collected(IReadOnlyList<LaneProgress> progress, IReadOnlyList<LaneLease>? lost)
    {
        foreach (var one in progress)
        {
            if (Of(one.Lease) is not { } lane)
                continue;
            if (lost is null)
                lane.Changes.Return(one);
            else if (lost.Any(lease => lease.Sink == sink && lane.Has(lease)))
                Lose(lane);
            else
                lane.Changes.Saved(one);
        }
    }

    /// <summary>Those that another process should have and of which nothing is under way; they begin nothing any more.</summary>
    public List<LaneLease> TakeLeaving()
    {
        var going = new List<LaneLease>();
        foreach (var lane in lanes)
        {
            if (lane.Calls > 0 || lane.IsReading || (!lane.IsLeaving && !lane.IsGoing))
                continue;
            lane.IsGoing = true;
            going.Add(lane.Lease);
        }
        return going;
    }

    /// <summary>Forgets lanes that were given back.</summary>
    public void Drop(IReadOnlyList<LaneLease> given) =>
        lanes.RemoveAll(lane =>
        {
            lane.IsLost |= given.Any(lane.Has);
            return lane.IsLost;
        });

    public List<LaneLease> Leases() => lanes.ConvertAll(lane => lane.Lease);

    public List<Lane>.Enumerator GetEnumerator() => lanes.GetEnumerator();

    IEnumerator<Lane> IEnumerable<Lane>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Lane? Of(LaneLease lease) => lanes.Find(lane => lane.Has(lease));

    private void Lose(Lane lane)
    {
        lane.IsLost = true;
        lanes.Remove(lane);
        if (lane.IsBusy)
            former.Add(lane);
        environment.Metrics.LeaseLost(sink);
        EgressLog.LeaseLost(environment.Log, lane.Shard, sink);
    }

    private void Skip(Lane lane, long first)
    {
        if (lane.ReadThrough + 1 < first)
        {
            environment.Metrics.Gap(sink);
            EgressLog.Gap(environment.Log, sink, lane.ReadThrough + 1, first - 1, lane.Shard);
            lane.SkipTo(first - 1);
        }
        foreach (var chain in lane.HeldChains())
        {
            var from = chain.ScannedThrough + 1;
            if (!lane.SkipTo(chain, first - 1))
                continue;
            environment.Metrics.Gap(sink);
            EgressLog.GapOfHeld(environment.Log, sink, from, first - 1, chain.ExecutionId);
        }
    }
}
