using System.Collections.Concurrent;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>
/// Read-only connections. A read runs to its end on one thread in one snapshot and keeps nothing open, since an open snapshot would stop the
/// write-ahead log from being reused.
/// </summary>
internal sealed class SqliteReaders(string file) : IDisposable
{
    private const int MaxIdle = 8;
    private readonly ConcurrentBag<SqliteDatabase> _idle = [];
    private volatile bool _closed;

    public Task<T> ReadAsync<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken) =>
        Task.Run(() => Read(read, cancellationToken), cancellationToken);

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var database))
            database.Dispose();
    }

    private T Read<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken)
    {
        if (_closed)
            throw new StoreException(StoreFailure.Unavailable, "The database is closed.");
        var database = _idle.TryTake(out var idle) ? idle : SqliteDatabase.OpenReader(file);
        var healthy = false;
        try
        {
            T result;
            using (cancellationToken.UnsafeRegister(static state => ((SqliteDatabase)state!).Interrupt(), database))
            {
                database.Execute("BEGIN");
                result = read(database);
                database.Execute("COMMIT");
            }
            healthy = true;
            return result;
        }
        finally
        {
            // A connection that failed may still be in its transaction: it is not used again.
            if (healthy && !_closed && _idle.Count < MaxIdle)
                _idle.Add(database);
            else
                database.Dispose();
        }
    }
}
