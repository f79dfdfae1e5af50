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
    private readonly ConcurrentBag<SqliteDatabase> idle = [];
    private volatile bool closed;

    public Task<T> ReadAsync<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken) =>
        Task.Run(() => Read(read, cancellationToken), cancellationToken);

    public void Dispose()
    {
        closed = true;
        while (this.idle.TryTake(out var database))
            database.Dispose();
    }

    private T Read<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken)
    {
        if (closed)
            throw new StoreException(StoreFailure.Unavailable, "The database is closed.");
        var database = this.idle.TryTake(out var idle) ? idle : SqliteDatabase.OpenReader(file);
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
            if (healthy && !closed && this.idle.Count < MaxIdle)
                this.idle.Add(database);
            else
                database.Dispose();
        }
    }
}
