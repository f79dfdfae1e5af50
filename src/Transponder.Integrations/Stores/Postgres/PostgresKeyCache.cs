using System.Collections.Concurrent;
using Transponder.Core.Executions;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// The numbers of executions by name, so that a batch need not look every name up again. A number is never given to another execution; one that is
/// deleted is forgotten when its row is missed.
/// </summary>
internal sealed class PostgresKeyCache
{
    // Some hundred bytes each. Running executions are remembered by those who decide, so that few are asked for twice.
    private const int MostEntries = 20_000;

    private readonly ConcurrentDictionary<ExecutionKey, long> ids = new();

    public bool TryGet(ExecutionKey key, out long id) => ids.TryGetValue(key, out id);

    public void Remember(ExecutionKey key, long id)
    {
        // Dropping all is simple, and costs one look-up for each execution that is still alive.
        if (ids.Count >= MostEntries)
            ids.Clear();
        ids[key] = id;
    }

    public void Forget(ExecutionKey key) => ids.TryRemove(key, out _);
}
