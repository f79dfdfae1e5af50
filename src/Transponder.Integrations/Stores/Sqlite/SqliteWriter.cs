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

    private readonly SqliteDatabase database;
    private readonly string wal;
    private readonly long alarmBytes;
    private readonly ILogger logger;
    private readonly BlockingCollection<SqliteWorkItem> queue = [];
    private readonly List<SqliteWorkItem> group = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long restartAt = RestartBytes;
    private bool alarmed;

    public SqliteWriter(string file, long walAlarmBytes, ILogger logger)
    {
        wal = file + "-wal";
        alarmBytes = walAlarmBytes;
        this.logger = logger;
        this.database = SqliteDatabase.OpenWriter(file);
        Durability =
            $"journal_mode={this.database.Pragma("journal_mode")} synchronous={this.database.Pragma("synchronous")} "
            + $"wal_autocheckpoint={this.database.Pragma("wal_autocheckpoint")} page_size={this.database.Pragma("page_size")}";
        new Thread(Loop) { IsBackground = true, Name = "sqlite-writer" }.Start();
    }

    /// <summary>The settings that decide what a commit means, as SQLite reports them.</summary>
    public string Durability { get; }

    /// <summary>The present size of the write-ahead log.</summary>
    public long WalBytes => new FileInfo(wal) is { Exists: true } file ? file.Length : 0;

    /// <summary>What was remembered from rows that a rollback may have undone. Only touched on the writer's thread.</summary>
    public SqliteKeyCache Keys { get; } = new();

    public Task<T> RunAsync<T>(Func<SqliteDatabase, T> work, CancellationToken cancellationToken)
    {
        var item = new SqliteWorkItem<T>(work, cancellationToken);
        try
        {
            queue.Add(item, cancellationToken);
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
        if (queue.IsAddingCompleted)
            return;
        queue.CompleteAdding();
        await this.ended.Task;
        queue.Dispose();
    }

    private void Loop()
    {
        foreach (var first in queue.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < MaxGroup && queue.TryTake(out var next))
                group.Add(next);
            Commit();
            foreach (var item in group)
                item.Complete();
            group.Clear();
            WatchLog();
        }
        this.database.Dispose();
        this.ended.SetResult();
    }

    private void Commit()
    {
        try
        {
            this.database.Execute("BEGIN IMMEDIATE");
            foreach (var item in group)
                Run(item);
            this.database.Execute("COMMIT");
        }
        catch (StoreException failure)
        {
            Keys.Clear();
            Rollback();
            foreach (var item in group)
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
        this.database.Execute("SAVEPOINT item");
        try
        {
            item.Run(this.database);
        }
        catch (Exception failure) when (failure is not StoreException { Failure: not StoreFailure.BadData })
        {
            // The item's own fault: its caller is told, its neighbours are committed.
            item.Failure = failure;
            Keys.Clear();
            this.database.Execute("ROLLBACK TO item");
        }
        this.database.Execute("RELEASE item");
    }

    private void Rollback()
    {
        try
        {
            if (this.database.InTransaction)
                this.database.Execute("ROLLBACK");
        }
        catch (StoreException failure)
        {
            LogRollbackFailed(this.logger, failure);
        }
    }

    private void WatchLog()
    {
        if (WalBytes > restartAt)
            Restart();
        var bytes = WalBytes;
        if (bytes > alarmBytes && !alarmed)
            LogLargeWal(this.logger, wal, bytes);
        alarmed = bytes > alarmBytes;
    }

    // Readers that always overlap keep the log from being reused, however short each is: the writer waits a moment for them.
    private void Restart()
    {
        try
        {
            this.database.Execute("PRAGMA busy_timeout = 250; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;");
        }
        catch (StoreException failure)
        {
            LogCheckpointFailed(this.logger, failure);
        }
        restartAt = WalBytes + RestartBytes;
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
