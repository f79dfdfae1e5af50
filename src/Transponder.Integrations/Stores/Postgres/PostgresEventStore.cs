using Npgsql;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The event log and the state that events change: one transaction per batch, positions in the order of commits.</summary>
internal sealed partial class PostgresEventStore(PostgresDatabase database, ChangeInterest interest) : IEventStore
{
    public ChangeInterest Interest => interest;

    private readonly PostgresBatchReader reader = new(new PostgresKeyCache());

    public async Task CommitAsync(BatchKeys keys, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        var changes = new BatchChanges();
        var committed = await database.WriteBatchAsync(
            async connection =>
            {
                changes = decide(await reader.LoadAsync(connection, keys, locking: true));
                return !changes.IsEmpty && await PostgresBatchWriter.WriteAsync(connection, changes);
            },
            cancellationToken
        );
        if (committed)
            Reached(changes);
    }

    public Task<BatchState> LoadAsync(BatchKeys keys, CancellationToken cancellationToken) =>
        database.ReadBatchAsync(connection => reader.LoadAsync(connection, keys, locking: false), cancellationToken);

    public async Task<bool> TryCommitAsync(BatchChanges changes, CancellationToken cancellationToken)
    {
        var committed = await database.WriteBatchAsync(
            connection => PostgresBatchWriter.WriteAsync(connection, changes),
            cancellationToken
        );
        if (committed)
            Reached(changes);
        return committed;
    }

    private void Reached(BatchChanges changes)
    {
        if (changes.Events is [.., var last])
            database.Partitions.Reached(last.Position);
    }
}
