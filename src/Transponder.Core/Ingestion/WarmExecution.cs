using System.Runtime.InteropServices;
using Transponder.Core.Executions;

namespace Transponder.Core.Ingestion;

/// <summary>What a committer remembers of one execution between its events.</summary>
internal sealed class WarmExecution(ExecutionRow row)
{
    // A body, and the message that it was parsed into.
    private const int SizeFactor = 4;

    // Keys, rows and entries.
    private const int Overhead = 400;

    private readonly Dictionary<NodeKey, (NodeRow Row, int Bytes)> nodes = [];
    private readonly Dictionary<TaskKey, (TaskRow Row, int Bytes)> tasks = [];

    // Of an execution that had no events when it was first met, all events have come by here.
    private readonly bool isComplete = row.LastSequence == 0;

    public ExecutionRow Row { get; } = row;

    /// <summary>Roughly how much memory it takes.</summary>
    public long Bytes { get; private set; } = Overhead + (row.Closure?.Length ?? 0);

    /// <summary>Whether the node's row, or that there is none, is known.</summary>
    public bool Knows(NodeKey key, out NodeRow? row)
    {
        var isKnown = nodes.TryGetValue(key, out var entry);
        row = entry.Row;
        return isKnown || isComplete;
    }

    /// <summary>Whether the task's row, or that there is none, is known.</summary>
    public bool Knows(TaskKey key, out TaskRow? row)
    {
        var isKnown = tasks.TryGetValue(key, out var entry);
        row = entry.Row;
        return isKnown || isComplete;
    }

    /// <summary>Remembers a row as it is stored now.</summary>
    public void Keep(NodeRow row)
    {
        row.IsNew = false;
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(nodes, row.Key, out _);
        Account(entry.Bytes, row.Body);
        entry = (row, row.Body.Length);
    }

    /// <summary>Remembers a row as it is stored now.</summary>
    public void Keep(TaskRow row)
    {
        row.IsNew = false;
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(tasks, row.Key, out _);
        Account(entry.Bytes, row.Body);
        entry = (row, row.Body.Length);
    }

    private void Account(int before, byte[] body) => Bytes += (SizeFactor * (body.Length - before)) + (before == 0 ? Overhead : 0);
}
