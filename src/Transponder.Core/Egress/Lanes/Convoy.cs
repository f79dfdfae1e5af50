using Transponder.Core.Executions;

namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// Finds the lanes that go through a backlog side by side. Read together, each part of the log is read once; one by one, once for each of them, since
/// neighbours in the log are of different lanes.
/// </summary>
internal static class Convoy
{
    /// <summary>Fewer lanes than this share of the log would leave most of what is read unused.</summary>
    private const int Fewest = ExecutionKey.ShardCount / 2;

    /// <summary>Which of them to read together from the first one's place, side by side in the list; none when too few stand at one place.</summary>
    /// <param name="lanes">Lanes that have room, by place.</param>
    /// <param name="reach">Lanes so little ahead of the place are caught up with.</param>
    public static (int First, int Count) Gather(IReadOnlyList<Lane> lanes, long reach)
    {
        for (var first = 0; first < lanes.Count; )
        {
            var place = lanes[first].ReadThrough;
            var end = first + 1;
            while (end < lanes.Count && lanes[end].ReadThrough == place)
                end++;
            if (end - first >= Fewest)
            {
                while (end < lanes.Count && lanes[end].ReadThrough - place <= reach)
                    end++;
                return (first, end - first);
            }
            first = end;
        }
        return (0, 0);
    }
}
