using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Egress;

/// <summary>The facts of executions, read from the store many at a time and kept while they are in use. Shared by all sinks; thread-safe.</summary>
/// <param name="executions">Where executions are kept.</param>
public sealed class ExecutionFactsCache(IExecutionStore executions)
{
    private const int Capacity = 8192;

    private readonly RecentCache<ExecutionKey, ExecutionFacts> known = new(Capacity);

    /// <summary>The facts of executions; those that do not exist are absent. Throws <see cref="StoreException"/>.</summary>
    /// <param name="keys">The executions; repeats do no harm.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<IReadOnlyDictionary<ExecutionKey, ExecutionFacts>> FindAsync(
        IEnumerable<ExecutionKey> keys,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        var found = new Dictionary<ExecutionKey, ExecutionFacts>();
        var missing = new HashSet<ExecutionKey>();
        foreach (var key in keys)
        {
            if (found.ContainsKey(key) || missing.Contains(key))
                continue;
            if (known.TryGet(key, out var facts))
                found.Add(key, facts!);
            else
                missing.Add(key);
        }

        if (missing.Count == 0)
            return found;
        foreach (var origin in await executions.ReadOriginsAsync(missing, cancellationToken).ConfigureAwait(false))
        {
            var facts = new ExecutionFacts(origin);
            known.Set(origin.Key, facts);
            found[origin.Key] = facts;
        }

        return found;
    }
}
