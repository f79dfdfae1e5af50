namespace Transponder.Core.Egress.Lanes;

/// <summary>The messages of one call of a sink, of several lanes; never more than its limits.</summary>
internal sealed class PublishCall(SinkLimits limits)
{
    private int bytes;

    public List<LaneEntry> Entries { get; } = [];

    /// <summary>For each entry, the execution that it is of.</summary>
    public List<ExecutionChain> Owners { get; } = [];

    /// <summary>The executions, each once.</summary>
    public List<ExecutionChain> Chains { get; } = [];

    public HashSet<Lane> Lanes { get; } = [];

    /// <summary>The one call that shows whether a sink is back.</summary>
    public bool IsProbe { get; init; }

    /// <summary>It has held executions only.</summary>
    public bool IsHeld { get; init; }

    /// <summary>It could have been larger.</summary>
    public bool IsSmall => Entries.Count < limits.Records && bytes < limits.Bytes / 2;

    public bool HasRoom(LaneEntry entry) => Entries.Count == 0 || (Entries.Count < limits.Records && bytes + entry.Size <= limits.Bytes);

    public bool TryAdd(LaneEntry entry, ExecutionChain chain)
    {
        if (!HasRoom(entry))
            return false;
        Entries.Add(entry);
        Owners.Add(chain);
        bytes += entry.Size;
        if (chain.Call == this)
            return true;
        chain.Call = this;
        Chains.Add(chain);
        if (Lanes.Add(chain.Lane))
            chain.Lane.Calls++;
        return true;
    }

    public EgressRecord[] Records()
    {
        var records = new EgressRecord[Entries.Count];
        for (var i = 0; i < records.Length; i++)
            records[i] = Entries[i].Record;
        return records;
    }
}
