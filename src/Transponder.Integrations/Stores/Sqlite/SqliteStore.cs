using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>
/// Everything in one file, for one process: a single writer that commits in groups, durably, and readers beside it. Holds the database's lock
/// while it lives.
/// </summary>
public sealed class SqliteStore : IStore
{
    private readonly string _file;
    private readonly TimeProvider _clock;
    private readonly FileStream _lock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteStore(SqliteOptions options, string file, FileStream @lock, TimeProvider clock, ILogger logger)
    {
        _file = file;
        _lock = @lock;
        _clock = clock;
        _writer = new SqliteWriter(file, options.WalAlarmBytes, logger);
        _readers = new SqliteReaders(file);
        Events = new SqliteEventStore(_writer, _readers);
        Executions = new SqliteExecutionStore(_writer, _readers);
        Catalog = new SqliteCatalogStore(_writer, _readers);
        Deliveries = new SqliteDeliveryStore(_writer, _readers, clock);
    }

    /// <inheritdoc />
    public string Description => $"SQLite {_file} ({Durability})";

    /// <inheritdoc />
    public int Committers => 1;

    /// <summary>The settings that decide what a commit means, as SQLite reports them (<c>synchronous=2</c> is FULL).</summary>
    public string Durability => _writer.Durability;

    /// <summary>The present size of the write-ahead log in bytes.</summary>
    public long WalBytes => _writer.WalBytes;

    /// <inheritdoc />
    public IEventStore Events { get; }

    /// <inheritdoc />
    public IExecutionStore Executions { get; }

    /// <inheritdoc />
    public ICatalogStore Catalog { get; }

    /// <inheritdoc />
    public IDeliveryStore Deliveries { get; }

    /// <summary>
    /// Opens the database, and creates it with its directory when there is none; the schema comes with <see cref="MigrateAsync"/>. Throws
    /// <see cref="StoreException"/> when another process uses it or the file cannot be written.
    /// </summary>
    /// <param name="options">Where it is.</param>
    /// <param name="clock">The clock that leases are measured by.</param>
    /// <param name="logger">Where the writer warns.</param>
    public static SqliteStore Open(SqliteOptions options, TimeProvider clock, ILogger<SqliteStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        var file = Path.GetFullPath(options.File);
        var @lock = SqliteLock.Take(file);
        try
        {
            return new SqliteStore(options, file, @lock, clock, logger ?? NullLogger<SqliteStore>.Instance);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) =>
        _writer.RunAsync(database => SqliteMigrations.Apply(database, _clock.GetUtcNow()), cancellationToken);

    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken) =>
        _writer.RunAsync(
            database =>
            {
                SqliteMigrations.Check(database);
                using var touch = database.Use(
                    "INSERT INTO store_check (id, checked_at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at"
                );
                touch.Add(_clock.GetUtcNow()).Run();
            },
            cancellationToken
        );

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _readers.Dispose();
        await _writer.DisposeAsync();
        await _lock.DisposeAsync();
    }
}
