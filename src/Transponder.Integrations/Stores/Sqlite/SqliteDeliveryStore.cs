using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Notifiers;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Deliveries and their destinations.</summary>
internal sealed class SqliteDeliveryStore(SqliteWriter writer, SqliteReaders readers, ChangeInterest interest, TimeProvider clock)
    : IDeliveryStore
{
    // Only the writer's thread touches it.
    private bool predecessorsGone;

    public Task<int?> AddAsync(TaskMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return writer.RunAsync(database => SqliteMessages.Add(database, writer.Keys, message), cancellationToken);
    }

    public Task<IReadOnlyList<DestinationLease>> LeaseAsync(string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                if (!predecessorsGone)
                {
                    // The lock on the file proves that every process that held a lease before this one has ended.
                    database.Execute("UPDATE destinations SET owner = NULL, lease_until = 0 WHERE owner IS NOT NULL");
                    predecessorsGone = true;
                }
                return SqliteLeases.Take(database, owner, clock.GetUtcNow(), duration);
            },
            cancellationToken
        );

    public Task<IReadOnlyList<DestinationWork>> FindWorkAsync(string owner, DateTimeOffset now, CancellationToken cancellationToken) =>
        readers.ReadAsync(database => SqliteLeases.FindWork(database, owner, now, clock.GetUtcNow()), cancellationToken);

    public Task GiveBackAsync(IReadOnlyList<DestinationLease> leases, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leases);
        return writer.RunAsync(
            database =>
            {
                using var release = database.Use("UPDATE destinations SET owner = NULL, lease_until = 0 WHERE id = ? AND fence = ?");
                foreach (var lease in leases)
                    release.Add(lease.Id).Add(lease.Fence).Run();
            },
            cancellationToken
        );
    }

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var release = database.Use("UPDATE destinations SET owner = NULL, lease_until = 0 WHERE owner = ?");
                release.Add(owner).Run();
            },
            cancellationToken
        );

    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        DestinationLease lease,
        long afterRow,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        return writer.RunAsync<IReadOnlyList<ClaimedDelivery>>(
            database =>
                SqliteLeases.Holds(database, lease, clock.GetUtcNow()) ? SqliteClaims.Claim(database, lease, afterRow, now, limit) : [],
            cancellationToken
        );
    }

    public Task<int> RecordAsync(DestinationLease lease, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(outcomes);
        return writer.RunAsync(
            database => SqliteClaims.Record(database, lease, outcomes, interest.Includes(EventKind.Notification)),
            cancellationToken
        );
    }

    public Task ReturnAsync(DestinationLease lease, IReadOnlyList<long> rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(rows);
        return writer.RunAsync(database => SqliteClaims.Return(database, lease, rows), cancellationToken);
    }

    public Task ParkAsync(string destination, Parking? parking, CancellationToken cancellationToken) =>
        writer.RunAsync(
            database =>
            {
                using var park = database.Use(
                    "UPDATE destinations SET parked_since = ?, parked_reason = ?, parked_detail = ? WHERE key = ?"
                );
                park.Add(parking?.Since).Add((long?)parking?.Reason).Add(parking?.Detail).Add(destination).Run();
            },
            cancellationToken
        );

    public Task SaveSnapshotAsync(DestinationLease lease, string snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return writer.RunAsync(
            database =>
            {
                using var save = database.Use("UPDATE destinations SET snapshot = ? WHERE id = ? AND fence = ?");
                save.Add(snapshot).Add(lease.Id).Add(lease.Fence).Run();
            },
            cancellationToken
        );
    }

    public Task<IReadOnlyList<DeliveryRecord>> ListAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return readers.ReadAsync(database => SqliteDeliveryReader.List(database, query), cancellationToken);
    }

    public Task<DeliveryRecord?> GetAsync(string deliveryId, CancellationToken cancellationToken) =>
        readers.ReadAsync(database => SqliteDeliveryReader.Get(database, deliveryId), cancellationToken);

    public Task<IReadOnlyList<DeliveryRecord>> ForExecutionAsync(ExecutionKey execution, CancellationToken cancellationToken) =>
        readers.ReadAsync(database => SqliteDeliveryReader.ForExecution(database, execution), cancellationToken);

    public Task<IReadOnlyList<string>> ReplayAsync(
        IReadOnlyCollection<string> deliveryIds,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => writer.RunAsync(database => SqliteClaims.Replay(database, deliveryIds, now), cancellationToken);

    public Task<IReadOnlyList<DestinationBacklog>> BacklogAsync(CancellationToken cancellationToken) =>
        readers.ReadAsync(SqliteDeliveryReader.Backlog, cancellationToken);

    /// <summary>Reads a parking from three columns, or null from three empty ones.</summary>
    public static Parking? Parking(SqliteStatement rows, int column) =>
        rows.TimeOrNull(column) is { } since ? new Parking(since, (DeliveryReason)rows.Int(column + 1), rows.Text(column + 2)) : null;
}
