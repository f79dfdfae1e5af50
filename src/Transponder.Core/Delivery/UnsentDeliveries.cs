using Transponder.Core.Store;

namespace Transponder.Core.Delivery;

/// <summary>Deliveries that were claimed but not sent after all, until the store has them back.</summary>
internal sealed class UnsentDeliveries(IDeliveryStore store, DestinationLease lease)
{
    private readonly Lock gate = new();
    private List<long> rows = [];

    public void Add(long row)
    {
        lock (gate)
            rows.Add(row);
    }

    /// <summary>Gives them back, and answers whether there were any; when the store fails they are kept for the next try.</summary>
    public async Task<bool> ReturnAsync(CancellationToken cancellationToken)
    {
        List<long> taken;
        lock (gate)
        {
            if (rows.Count == 0)
                return false;
            taken = rows;
            rows = [];
        }
        try
        {
            await store.ReturnAsync(lease, taken, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch
        {
            lock (gate)
                rows.AddRange(taken);
            throw;
        }
    }
}
