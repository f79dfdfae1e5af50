using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Ingestion;

/// <summary>
/// The state that a batch is decided on, from memory as far as it is known there. It may be out of date; the store then refuses the changes, and
/// nothing of it is remembered. Used for one batch after another: to grow anew for each costs more than what is kept in it.
/// </summary>
internal sealed class WarmBatch(WarmExecutions warm, IEventStore store)
{
    private readonly Dictionary<ExecutionKey, WarmExecution> taken = [];
    private readonly BatchKeys missing = new();

    public BatchState State { get; } = new();

    /// <summary>Takes what is known of the keys out of memory, and reads the rest.</summary>
    public async Task RecallAsync(BatchKeys keys)
    {
        taken.Clear();
        State.Clear();
        missing.Clear();
        if (!Recall(keys))
            Add(await store.LoadAsync(missing, CancellationToken.None).ConfigureAwait(false));
    }

    /// <summary>Remembers the state as it was written, but for the executions that were left out.</summary>
    public void Keep(BatchChanges written, HashSet<ExecutionKey> leftOut)
    {
        foreach (var row in written.Executions)
        {
            row.Version++;
            row.IsClosureChanged = false;
            row.NewState = null;
        }

        foreach (var row in State.Nodes.Values)
        {
            if (taken.TryGetValue(row.Key.Execution, out var execution))
                execution.Keep(row);
        }

        foreach (var row in State.Tasks.Values)
        {
            if (taken.TryGetValue(row.Key.Node.Execution, out var execution))
                execution.Keep(row);
        }

        foreach (var (key, execution) in taken)
        {
            if (!leftOut.Contains(key) && !execution.Row.Phase.IsTerminal())
                warm.Put(execution);
        }
    }

    /// <summary>False when something is missing.</summary>
    private bool Recall(BatchKeys keys)
    {
        foreach (var key in keys.Executions)
        {
            if (warm.Take(key) is { } known)
                Take(known);
            else if (missing.Executions.Add(key))
                missing.WithClosure.Add(key);
        }

        foreach (var key in keys.Nodes)
        {
            if (!taken.TryGetValue(key.Execution, out var execution) || !execution.Knows(key, out var row))
                missing.Nodes.Add(key);
            else if (row is not null)
                State.Nodes.Add(key, row);
        }

        foreach (var key in keys.Tasks)
        {
            if (!taken.TryGetValue(key.Node.Execution, out var execution) || !execution.Knows(key, out var row))
                missing.Tasks.Add(key);
            else if (row is not null)
                State.Tasks.Add(key, row);
        }

        missing.Referenced.UnionWith(keys.Referenced);
        return missing.Executions.Count + missing.Nodes.Count + missing.Tasks.Count + missing.Referenced.Count == 0;
    }

    private void Add(BatchState loaded)
    {
        foreach (var row in loaded.Executions.Values)
            Take(new WarmExecution(row));
        foreach (var (key, row) in loaded.Nodes)
            State.Nodes.Add(key, row);
        foreach (var (key, row) in loaded.Tasks)
            State.Tasks.Add(key, row);
        State.Referenced.UnionWith(loaded.Referenced);
    }

    private void Take(WarmExecution execution)
    {
        taken.Add(execution.Row.Key, execution);
        State.Executions.Add(execution.Row.Key, execution.Row);
    }
}
