using Npgsql;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// The connections: every statement of the store runs through one of its methods, which classify what goes wrong. Batches of events and the
/// work of delivery have a few connections of their own, so that what they prepare is prepared once, not once for each connection of a large pool.
/// </summary>
internal sealed class PostgresDatabase(NpgsqlDataSource pool, NpgsqlDataSource batchPool, NpgsqlDataSource deliveryPool) : IAsyncDisposable
{
    private const int MostRepetitions = 10;

    /// <summary>Where the log's rows go.</summary>
    public PostgresPartitions Partitions { get; } = new(pool);

    /// <summary>Runs reads, each statement on its own.</summary>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync(pool, read, cancellationToken);

    /// <summary>The same for what a batch of events needs to know.</summary>
    public Task<T> ReadBatchAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync(batchPool, read, cancellationToken);

    /// <summary>The same for what the delivery engine asks again and again.</summary>
    public Task<T> ReadDeliveryAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync(deliveryPool, read, cancellationToken);

    private async Task<T> ReadAsync<T>(NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return await read(connection);
        }
        catch (Exception error) when (PostgresFailure.Covers(error))
        {
            throw Failed(error, committing: false);
        }
    }

    /// <summary>Runs one query and reads its rows.</summary>
    public Task<List<T>> ListAsync<T>(
        string sql,
        NpgsqlParameter[] parameters,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            async connection =>
            {
                await using var command = connection.Command(sql, parameters);
                return await command.ListAsync(read, cancellationToken);
            },
            cancellationToken
        );

    /// <summary>
    /// Runs one transaction, and again as long as the database asks for its repetition. The work answers whether to commit; the answer is passed
    /// on. Cancellation ends the wait for a connection, never the transaction.
    /// </summary>
    public Task<bool> WriteAsync(Func<NpgsqlConnection, Task<bool>> work, CancellationToken cancellationToken) =>
        WriteAsync(pool, work, cancellationToken);

    /// <summary>The same for a batch of events.</summary>
    public Task<bool> WriteBatchAsync(Func<NpgsqlConnection, Task<bool>> work, CancellationToken cancellationToken) =>
        WriteAsync(batchPool, work, cancellationToken);

    /// <summary>The same for the delivery engine.</summary>
    public Task<bool> WriteDeliveryAsync(Func<NpgsqlConnection, Task<bool>> work, CancellationToken cancellationToken) =>
        WriteAsync(deliveryPool, work, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Partitions.EndAsync();
        await deliveryPool.DisposeAsync();
        await batchPool.DisposeAsync();
        await pool.DisposeAsync();
    }

    private async Task<bool> WriteAsync(
        NpgsqlDataSource source,
        Func<NpgsqlConnection, Task<bool>> work,
        CancellationToken cancellationToken
    )
    {
        for (var repetition = 0; ; repetition++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var committing = false;
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                if (!await work(connection))
                {
                    await transaction.RollbackAsync(CancellationToken.None);
                    return false;
                }
                committing = true;
                await transaction.CommitAsync(CancellationToken.None);
                return true;
            }
            catch (Exception error) when (PostgresFailure.AsksForRepetition(error) && repetition < MostRepetitions)
            {
                // Rolled back for another transaction's sake: it has gone on, so there is nothing to wait for.
            }
            catch (Exception error) when (PostgresFailure.LacksPartition(error) && repetition < MostRepetitions)
            {
                await ExtendAsync();
            }
            catch (Exception error) when (PostgresFailure.Covers(error))
            {
                throw Failed(error, committing);
            }
        }
    }

    private async Task ExtendAsync()
    {
        try
        {
            await Partitions.ExtendAsync();
        }
        catch (Exception error) when (PostgresFailure.Covers(error))
        {
            throw Failed(error, committing: false);
        }
    }

    private StoreException Failed(Exception error, bool committing)
    {
        if (PostgresFailure.LostConnection(error))
        {
            // What one connection lost, the idle ones lost too.
            pool.Clear();
            batchPool.Clear();
            deliveryPool.Clear();
        }

        return PostgresFailure.Classify(error, committing);
    }
}
