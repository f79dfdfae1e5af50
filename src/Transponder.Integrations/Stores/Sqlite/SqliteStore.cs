using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Events.Changes;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>
/// Everything in one file, for one process: a single writer that commits in groups, durably, and readers beside it. Holds the database's lock
/// while it lives.
/// </summary>
public sealed class SqliteStore : IStore
{
    private readonly string file;
    private readonly TimeProvider clock;
    private readonly FileStream gate;
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;

    private SqliteStore(SqliteOptions options, string file, FileStream @lock, TimeProvider clock, ILogger logger)
    {
        this.file = file;
        gate = @lock;
        this.clock = clock;
        writer = new SqliteWriter(file, options.WalAlarmBytes, logger);
        readers = new SqliteReaders(file);
        Events = new SqliteEventStore(writer, readers, Interest);
        Executions = new SqliteExecutionStore(writer, readers, Interest);
        Signals = new SqliteSignalStore(writer, readers);
        Catalog = new SqliteCatalogStore(writer, readers, Interest);
        Deliveries = new SqliteDeliveryStore(writer, readers, Interest, clock);
        Lanes = new SqliteLaneStore(writer, readers, clock);
        Replays = new SqliteReplayStore(writer, readers, clock);
        Retention = new SqliteRetentionStore(writer, readers, file);
    }

    /// <inheritdoc />
    public string Description => $"SQLite {this.file} ({Durability})";

    /// <inheritdoc />
    public int Committers => 1;

    /// <summary>The settings that decide what a commit means, as SQLite reports them (<c>synchronous=2</c> is FULL).</summary>
    public string Durability => writer.Durability;

    /// <summary>The present size of the write-ahead log in bytes.</summary>
    public long WalBytes => writer.WalBytes;

    /// <inheritdoc />
    public ChangeInterest Interest { get; } = new();

    /// <inheritdoc />
    public IEventStore Events { get; }

    /// <inheritdoc />
    public IExecutionStore Executions { get; }

    /// <inheritdoc />
    public ISignalStore Signals { get; }

    /// <inheritdoc />
    public ICatalogStore Catalog { get; }

    /// <inheritdoc />
    public IDeliveryStore Deliveries { get; }

    /// <inheritdoc />
    public ILaneStore Lanes { get; }

    /// <inheritdoc />
    public IReplayStore Replays { get; }

    /// <inheritdoc />
    public IRetentionStore Retention { get; }

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
        writer.RunAsync(database => SqliteMigrations.Apply(database, this.clock.GetUtcNow()), cancellationToken);

    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                SqliteMigrations.Check(database);
                using var touch = database.Use(
                    "INSERT INTO store_check (id, checked_at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at"
                );
                touch.Add(this.clock.GetUtcNow()).Run();
            },
            cancellationToken
        );

    /// <inheritdoc />
    public Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => Task.FromResult(this.clock.GetUtcNow());

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        readers.Dispose();
        await writer.DisposeAsync();
        await gate.DisposeAsync();
    }
}
