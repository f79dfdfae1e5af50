using Transponder.Core.Delivery;
using Transponder.Core.Executions;

namespace Transponder.Core.Store;

/// <summary>
/// Deliveries and their destinations. A destination's owner, under its lease, is the only one that claims and records its deliveries; two owners
/// never send the same delivery unless a lease is lost in the middle of a send.
/// </summary>
public interface IDeliveryStore
{
    /// <summary>
    /// Stores a task's message with its deliveries, at the execution's phase of that moment. Answers how many of them are new; null when there is no such
    /// execution, and then nothing is stored.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<int?> AddAsync(TaskMessage message, CancellationToken cancellationToken);

    /// <summary>
    /// Renews the owner's leases and takes every lease that is free or expired by the store's clock, of destinations that have something to send
    /// now. Answers all that the owner holds now. For a lease that changed hands, what the former owner left in sending is set to retry at once.
    /// </summary>
    /// <param name="owner">The process.</param>
    /// <param name="duration">How long the leases last.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<IReadOnlyList<DestinationLease>> LeaseAsync(string owner, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>
    /// The destinations that have something to send now and are the owner's, or free, or expired. One look for all, its cost in proportion to the
    /// destinations for which anything waits.
    /// </summary>
    /// <param name="owner">The process.</param>
    /// <param name="now">The moment that due times are compared to.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<DestinationWork>> FindWorkAsync(string owner, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives leases back of destinations that have nothing to send.</summary>
    /// <param name="leases">The leases.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task GiveBackAsync(IReadOnlyList<DestinationLease> leases, CancellationToken cancellationToken);

    /// <summary>Gives the owner's leases back, at shutdown.</summary>
    /// <param name="owner">The process.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task ReleaseAsync(string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Claims deliveries of one destination: due retries first, then never-tried ones above the watermark, in order. Marks them sending under the
    /// lease's fence. Empty when the lease is lost.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="afterRow">The watermark: every never-tried delivery at or below it has been claimed under this lease; 0 = unknown.</param>
    /// <param name="now">The moment that due times are compared to.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        DestinationLease lease,
        long afterRow,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Records attempts and the states that follow, and answers how many still were this owner's. The others' attempts are recorded too, but
    /// their state is the new owner's affair: each was sent twice.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="outcomes">What became of claimed deliveries.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<int> RecordAsync(DestinationLease lease, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken);

    /// <summary>Gives claimed deliveries back unattempted: they are due again at once, with no attempt counted.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="rows">Their numbers.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task ReturnAsync(DestinationLease lease, IReadOnlyList<long> rows, CancellationToken cancellationToken);

    /// <summary>Parks a destination, or (null) resumes it.</summary>
    /// <param name="destination">The destination's key.</param>
    /// <param name="parking">Why it is parked; null = not parked.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task ParkAsync(string destination, Parking? parking, CancellationToken cancellationToken);

    /// <summary>Saves what the owner keeps in memory about a destination, for its successor.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="snapshot">Text of the owner's own making.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task SaveSnapshotAsync(DestinationLease lease, string snapshot, CancellationToken cancellationToken);

    /// <summary>One page, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<DeliveryRecord>> ListAsync(DeliveryQuery query, CancellationToken cancellationToken);

    /// <summary>The delivery; null when there is none.</summary>
    /// <param name="deliveryId">Its public id.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<DeliveryRecord?> GetAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>All deliveries of an execution, by notification, then in order of creation.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<DeliveryRecord>> ForExecutionAsync(ExecutionKey execution, CancellationToken cancellationToken);

    /// <summary>
    /// Sets deliveries that are delivered, dead, suppressed or waiting to be sent again at once, marked as replayed, and resumes their parked
    /// destinations. One that is being sent is left alone. Answers the ids that will be sent.
    /// </summary>
    /// <param name="deliveryIds">Their public ids.</param>
    /// <param name="now">The moment at which their new life begins.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<IReadOnlyList<string>> ReplayAsync(
        IReadOnlyCollection<string> deliveryIds,
        DateTimeOffset now,
        CancellationToken cancellationToken
    );

    /// <summary>How much waits, for every destination.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<DestinationBacklog>> BacklogAsync(CancellationToken cancellationToken);
}
