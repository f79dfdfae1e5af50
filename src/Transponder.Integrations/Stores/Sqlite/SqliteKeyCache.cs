using Transponder.Core.Executions;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The numbers of executions and destinations by name, as far as the writer has lately needed them. Bounded; a rollback empties it.</summary>
internal sealed class SqliteKeyCache
{
    private const int Limit = 50_000;
    private readonly Dictionary<ExecutionKey, long> executions = [];
    private readonly Dictionary<string, long> destinations = [];

    public void Clear()
    {
        executions.Clear();
        destinations.Clear();
    }

    /// <summary>The execution's number; null when there is none of that name.</summary>
    public long? Execution(SqliteDatabase database, ExecutionKey key)
    {
        if (executions.TryGetValue(key, out var id))
            return id;
        using var find = database.Use("SELECT id FROM executions WHERE project = ? AND domain = ? AND name = ?");
        if (!find.Add(key.Project).Add(key.Domain).Add(key.Name).Step())
            return null;
        return Remember(executions, key, find.Long(0));
    }

    /// <summary>Forgets an execution that was removed.</summary>
    public void Forget(ExecutionKey key) => executions.Remove(key);

    /// <summary>The destination's number; it is made when it is new.</summary>
    public long Destination(SqliteDatabase database, string key, string channel)
    {
        if (destinations.TryGetValue(key, out var id))
            return id;
        using (var find = database.Use("SELECT id FROM destinations WHERE key = ?"))
            if (find.Add(key).Step())
                return Remember(destinations, key, find.Long(0));
        using var insert = database.Use("INSERT INTO destinations (key, channel) VALUES (?, ?)");
        insert.Add(key).Add(channel).Run();
        return Remember(destinations, key, database.LastRow);
    }

    private static long Remember<TKey>(Dictionary<TKey, long> cache, TKey key, long id)
        where TKey : notnull
    {
        if (cache.Count >= Limit)
            cache.Clear();
        cache[key] = id;
        return id;
    }
}
