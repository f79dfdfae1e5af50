using System.Collections.Concurrent;
using Transponder.Core.Executions;

namespace Transponder.Integrations.Stores;

/// <summary>The names of executions by their numbers, which never change, so that readers of the log look up each once. Bounded.</summary>
internal sealed class ExecutionNames
{
    private const int MostEntries = 50_000;

    private readonly ConcurrentDictionary<long, ExecutionKey> names = new();

    // The dictionary counts under all of its locks.
    private int count;

    public bool TryGet(long id, out ExecutionKey name) => names.TryGetValue(id, out name);

    public void Remember(long id, ExecutionKey name)
    {
        // Dropping all is simple, and costs one look-up for each execution that is still read.
        if (Interlocked.Increment(ref count) > MostEntries)
        {
            names.Clear();
            Interlocked.Exchange(ref count, 1);
        }
        names[id] = name;
    }
}
