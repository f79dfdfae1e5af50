using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>
/// The one connection that writes, on a thread of its own. What waits when it is free is run in one transaction, each item under a savepoint,
/// and nobody is answered before the commit is on disk.
/// </summary>
internal sealed partial class SqliteWriter : IAsyncDisposable
{
    private const int MaxGroup = 256;
    private const long RestartBytes = 16L * 1024 * 1024;

    private readonly SqliteDatabase _database;
    private readonly string _wal;
    private readonly long _alarmBytes;
    private readonly ILogger _logger;
    private readonly BlockingCollection<SqliteWorkItem> _queue = [];
    private readonly List<SqliteWorkItem> _group = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _restartAt = RestartBytes;
    private bool _alarmed;

    public SqliteWriter(string file, long walAlarmBytes, ILogger logger)
    {
        _wal = file + "-wal";
        _alarmBytes = walAlarmBytes;
        _logger = logger;
        _database = SqliteDatabase.OpenWriter(file);
        Durability =
            $"journal_mode={_database.Pragma("journal_mode")} synchronous={_database.Pragma("synchronous")} "
            + $"wal_autocheckpoint={_database.Pragma("wal_autocheckpoint")} page_size={_database.Pragma("page_size")}";
        new Thread(Loop) { IsBackground = true, Name = "sqlite-writer" }.Start();
    }

    /// <summary>The settings that decide what a commit means, as SQLite reports them.</summary>
    public string Durability { get; }

    /// <summary>The present size of the write-ahead log.</summary>
    public long WalBytes => new FileInfo(_wal) is { Exists: true } file ? file.Length : 0;

    /// <summary>What was remembered from rows that a rollback may have undone. Only touched on the writer's thread.</summary>
    public SqliteKeyCache Keys { get; } = new();

    public Task<T> RunAsync<T>(Func<SqliteDatabase, T> work, CancellationToken cancellationToken)
    {
        var item = new SqliteWorkItem<T>(work, cancellationToken);
        try
        {
            _queue.Add(item, cancellationToken);
        }
        catch (InvalidOperationException ended)
        {
            return Task.FromException<T>(new StoreException(StoreFailure.Unavailable, "The database is closed.", ended));
        }
        catch (OperationCanceledException)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }
        return item.Done;
    }

    public Task RunAsync(Action<SqliteDatabase> work, CancellationToken cancellationToken) =>
        RunAsync(
            database =>
            {
                work(database);
                return true;
            },
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        if (_queue.IsAddingCompleted)
            return;
        _queue.CompleteAdding();
        await _ended.Task;
        _queue.Dispose();
    }

    private void Loop()
    {
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            _group.Add(first);
            while (_group.Count < MaxGroup && _queue.TryTake(out var next))
                _group.Add(next);
            Commit();
            foreach (var item in _group)
                item.Complete();
            _group.Clear();
            WatchLog();
        }
        _database.Dispose();
        _ended.SetResult();
    }

    private void Commit()
    {
        try
        {
            _database.Execute("BEGIN IMMEDIATE");
            foreach (var item in _group)
                Run(item);
            _database.Execute("COMMIT");
        }
        catch (StoreException failure)
        {
            Keys.Clear();
            Rollback();
            foreach (var item in _group)
                item.Failure ??= failure;
        }
    }

    private void Run(SqliteWorkItem item)
    {
        if (item.IsCancelled)
        {
            item.Failure = new OperationCanceledException();
            return;
        }
        _database.Execute("SAVEPOINT item");
        try
        {
            item.Run(_database);
        }
        catch (Exception failure) when (failure is not StoreException { Failure: not StoreFailure.BadData })
        {
            // The item's own fault: its caller is told, its neighbours are committed.
            item.Failure = failure;
            Keys.Clear();
            _database.Execute("ROLLBACK TO item");
        }
        _database.Execute("RELEASE item");
    }

    private void Rollback()
    {
        try
        {
            if (_database.InTransaction)
                _database.Execute("ROLLBACK");
        }
        catch (StoreException failure)
        {
            LogRollbackFailed(_logger, failure);
        }
    }

    private void WatchLog()
    {
        if (WalBytes > _restartAt)
            Restart();
        var bytes = WalBytes;
        if (bytes > _alarmBytes && !_alarmed)
            LogLargeWal(_logger, _wal, bytes);
        _alarmed = bytes > _alarmBytes;
    }

    // Readers that always overlap keep the log from being reused, however short each is: the writer waits a moment for them.
    private void Restart()
    {
        try
        {
            _database.Execute("PRAGMA busy_timeout = 250; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;");
        }
        catch (StoreException failure)
        {
            LogCheckpointFailed(_logger, failure);
        }
        _restartAt = WalBytes + RestartBytes;
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The write-ahead log {File} has grown to {Bytes} bytes: a long read holds it back, or the disk is too slow"
    )]
    private static partial void LogLargeWal(ILogger logger, string file, long bytes);

    [LoggerMessage(2, LogLevel.Error, "SQLite could not roll a transaction back")]
    private static partial void LogRollbackFailed(ILogger logger, Exception failure);

    [LoggerMessage(3, LogLevel.Warning, "SQLite could not empty its write-ahead log")]
    private static partial void LogCheckpointFailed(ILogger logger, Exception failure);
}
