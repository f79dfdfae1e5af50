using Npgsql;
using Transponder.Core.Events.Changes;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Everything in the schema <c>transponder</c> of a PostgreSQL database, 13 or newer; several processes may share it.</summary>
public sealed class PostgresStore : IStore
{
    private const int MostConnections = 32;
    private const int DeliveryConnections = 8;
    private const int Statements = 32;

    private readonly PostgresDatabase database;

    /// <summary>Makes the store without connecting.</summary>
    /// <param name="options">Where the database is.</param>
    public PostgresStore(PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var prepared = options.PrepareStatements ? Statements : 0;
        database = new PostgresDatabase(
            Pool(options, MostConnections, prepared: 0),
            Pool(options, Committers, prepared),
            Pool(options, DeliveryConnections, prepared)
        );
        Description = $"PostgreSQL database {options.DbName} at {options.Host}:{options.Port}";
        Events = new PostgresEventStore(database, Interest);
        Executions = new PostgresExecutionStore(database, Interest);
        Signals = new PostgresSignalStore(database);
        Catalog = new PostgresCatalogStore(database, Interest);
        Deliveries = new PostgresDeliveryStore(database, Interest);
        Lanes = new PostgresLaneStore(database);
        Replays = new PostgresReplayStore(database);
        Retention = new PostgresRetentionStore(database);
    }

    /// <inheritdoc />
    public string Description { get; }

    /// <inheritdoc />
    public int Committers => 1;

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

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) =>
        PostgresMigrations.ApplyAsync(database, cancellationToken);

    /// <inheritdoc />
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await database.ReadAsync(
            async connection =>
            {
                await PostgresMigrations.RequireAllAsync(connection, cancellationToken);
                await RequireDurableAsync(connection, cancellationToken);
                return true;
            },
            cancellationToken
        );
    }

    /// <inheritdoc />
    public async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) =>
        (await database.ListAsync("SELECT clock_timestamp()", [], row => row.MomentAt(0), cancellationToken)).Single();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static NpgsqlDataSource Pool(PostgresOptions options, int connections, int prepared)
    {
        var builder = new NpgsqlDataSourceBuilder(PostgresConnectionString.Build(options));
        builder.ConnectionStringBuilder.MaxPoolSize = connections;
        builder.ConnectionStringBuilder.MaxAutoPrepare = prepared;
        builder.ConnectionStringBuilder.AutoPrepareMinUsages = 2;
        if (options.Password is { } password)
            builder.UsePasswordProvider(_ => Resolve(password), (_, _) => ValueTask.FromResult(Resolve(password)));
        return builder.Build();
    }

    private static async Task RequireDurableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // A transactional message is the smallest write that has to reach the disk: a full or read-only one shows here.
        await using var command = connection.Command(
            """
            SELECT current_setting('synchronous_commit'), current_setting('transaction_read_only')
            FROM pg_logical_emit_message(true, 'transponder', 'check')
            """
        );
        var (setting, readOnly) = (await command.ListAsync(row => (row.GetString(0), row.GetString(1)), cancellationToken)).Single();
        if (setting is not ("on" or "remote_apply"))
            throw new StoreException(StoreFailure.Unavailable, $"synchronous_commit is {setting}: a commit would not be durable.");
        if (readOnly == "on")
            throw new StoreException(StoreFailure.Unavailable, "The database is read-only.");
    }

    private static string Resolve(Notifiers.SecretRef password) =>
        password.TryResolve(out var value, out var problem) ? value : throw new NpgsqlException($"The password of the database: {problem}");
}
