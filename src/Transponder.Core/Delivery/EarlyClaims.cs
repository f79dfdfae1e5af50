using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>
/// The claims of one batch's deliveries: made before they are stored, where the destination's worker is in this process and has room now, so that
/// they need no transaction of their own. What waits in the store, or must go in order, is left to be claimed there.
/// </summary>
internal sealed class EarlyClaims(DeliverySignal signal)
{
    private readonly List<(DestinationWorker Worker, NewDelivery Delivery)> claims = [];
    private BatchChanges changes = new();

    /// <summary>Claims what may be claimed of what a batch has decided; a decision before it counts no more.</summary>
    public void Make(BatchChanges decided)
    {
        GiveBack();
        changes = decided;
        foreach (var made in decided.Deliveries.Where(IsFree).GroupBy(delivery => delivery.Destination, StringComparer.Ordinal))
        {
            if (signal.WorkerOf(made.Key) is not { } worker)
                continue;
            var all = made.ToArray();
            foreach (var delivery in all.Take(worker.Reserve(all.Length)))
            {
                delivery.Claim = new EarlyClaim(worker.Lease);
                claims.Add((worker, delivery));
            }
        }
    }

    /// <summary>Runs the transaction. What it stored as claimed is sent; all else gives its room back.</summary>
    /// <param name="commit">The transaction; false = nothing is stored.</param>
    public async Task<bool> FollowAsync(Func<Task<bool>> commit)
    {
        try
        {
            if (!await commit().ConfigureAwait(false))
                return false;
            Start();
            return true;
        }
        catch (StoreException error) when (error.Failure == StoreFailure.Unknown)
        {
            foreach (var worker in claims.Select(claim => claim.Worker).Distinct())
                worker.Doubt();
            throw;
        }
        finally
        {
            GiveBack();
        }
    }

    private static bool IsFree(NewDelivery delivery) => delivery is { State: DeliveryState.Pending, Lane: null };

    private void Start()
    {
        if (claims.Count == 0)
            return;
        var executions = changes.Executions.ToDictionary(row => row.Id);
        foreach (var (worker, delivery) in claims)
        {
            if (delivery.Claim is { RowId: { } row } claim)
                worker.StartReserved(Claimed(delivery, row, claim.Spec, executions[delivery.Event.ExecutionId]));
        }
        claims.RemoveAll(claim => claim.Delivery.Claim?.RowId is not null);
    }

    private void GiveBack()
    {
        foreach (var (worker, _) in claims)
            worker.Withdraw();
        claims.Clear();
    }

    // As the store would answer it: times in whole microseconds, and bytes that outlive the request.
    private static ClaimedDelivery Claimed(NewDelivery delivery, long row, byte[] spec, ExecutionRow execution)
    {
        var createdAt = delivery.CreatedAt.ToUniversalTime();
        createdAt = createdAt.AddTicks(-(createdAt.Ticks % TimeSpan.TicksPerMicrosecond));
        return new ClaimedDelivery
        {
            RowId = row,
            DeliveryId = delivery.DeliveryId,
            Channel = delivery.Channel,
            Target = delivery.Target,
            Notification = delivery.Notification,
            Incident = delivery.Incident,
            TraceParent = delivery.Event.TraceParent,
            Attempt = 1,
            Step = 0,
            CreatedAt = createdAt,
            ActiveSince = createdAt,
            Replay = false,
            Execution = execution.Key,
            Spec = spec,
            Closure = execution.Closure ?? [],
            Cluster = execution.Cluster,
            Event = delivery.Event.Request.ToArray(),
        };
    }
}
