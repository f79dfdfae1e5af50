using Transponder.Core.Executions;

namespace Transponder.Core.Ingestion;

/// <summary>
/// The running executions that a committer has lately met, within a budget of memory. What is taken out is the caller's, who puts it back only
/// once it agrees with the store again.
/// </summary>
internal sealed class WarmExecutions(long budget)
{
    // Two generations: what was not met while one filled up is forgotten.
    private Dictionary<ExecutionKey, WarmExecution> young = [];
    private Dictionary<ExecutionKey, WarmExecution> old = [];
    private long youngBytes;

    /// <summary>How many are remembered.</summary>
    public int Count => young.Count + old.Count;

    public WarmExecution? Take(ExecutionKey key)
    {
        if (!young.Remove(key, out var warm))
            return old.Remove(key, out warm) ? warm : null;
        youngBytes -= warm.Bytes;
        return warm;
    }

    public void Put(WarmExecution warm)
    {
        young[warm.Row.Key] = warm;
        youngBytes += warm.Bytes;
        if (youngBytes <= budget / 2)
            return;
        (old, young, youngBytes) = (young, [], 0);
    }
}
