using Transponder.Core.Store;

namespace Transponder.Core.Delivery;

/// <summary>How the deliveries of a batch get from its commit to the delivery engine of this process.</summary>
/// <param name="signal">Reaches the engine.</param>
/// <param name="committed">Called after each commit, with the deliveries that it made, if any; must return at once.</param>
public sealed class DeliveryHandover(DeliverySignal signal, Action<IReadOnlyList<NewDelivery>> committed)
{
    /// <summary>The claims of a batch, none so far.</summary>
    internal EarlyClaims Begin() => new(signal);

    /// <summary>Tells of a commit: what is not claimed already is to be claimed.</summary>
    internal void Committed(BatchChanges changes)
    {
        committed(changes.Deliveries);
        signal.Wake(
            changes.Deliveries.Where(delivery => delivery.Claim?.RowId is null).Select(delivery => delivery.Destination).Distinct()
        );
    }
}
