using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>What happened on a lane and is not stored yet. What is being stored is kept until that is known.</summary>
internal sealed class LaneChanges(long position)
{
    private readonly Dictionary<long, HeldExecution> held = [];
    private readonly HashSet<long> released = [];
    private List<QuarantinedRecord> quarantined = [];
    private long saved = position;

    public bool IsEmpty(long cursor) => cursor <= saved && held.Count == 0 && released.Count == 0 && quarantined.Count == 0;

    public void Hold(HeldExecution execution)
    {
        released.Remove(execution.ExecutionId);
        held[execution.ExecutionId] = execution;
    }

    public void Release(long executionId)
    {
        held.Remove(executionId);
        released.Add(executionId);
    }

    public void Quarantine(QuarantinedRecord record) => quarantined.Add(record);

    /// <summary>Takes all of it, to be stored.</summary>
    public LaneProgress Take(LaneLease lease, long cursor)
    {
        var progress = new LaneProgress(lease, cursor, [.. held.Values], [.. released], quarantined);
        held.Clear();
        released.Clear();
        quarantined = [];
        return progress;
    }

    public void Saved(LaneProgress progress) => saved = Math.Max(saved, progress.Position);

    /// <summary>Takes back what was not stored, unless something newer is known.</summary>
    public void Return(LaneProgress progress)
    {
        foreach (var one in progress.Held)
        {
            if (!released.Contains(one.ExecutionId))
                held.TryAdd(one.ExecutionId, one);
        }
        foreach (var one in progress.Released)
        {
            if (!held.ContainsKey(one))
                released.Add(one);
        }
        quarantined.InsertRange(0, progress.Quarantined);
    }
}
