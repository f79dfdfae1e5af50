namespace Transponder.Core.Delivery;

/// <summary>
/// A claim on a delivery that is not stored yet. The store makes it good in the transaction that stores the delivery, provided that the lease's
/// fence is still the destination's; whoever takes the destination over finds the delivery in sending, as after any other claim.
/// </summary>
/// <param name="lease">The lease of the one who will send it.</param>
public sealed class EarlyClaim(DestinationLease lease)
{
    /// <summary>The lease.</summary>
    public DestinationLease Lease { get; } = lease;

    /// <summary>The delivery's number; null while it is not stored as claimed.</summary>
    public long? RowId { get; private set; }

    /// <summary>The serialised <c>flyteidl.admin.ExecutionSpec</c> of the delivery's execution; empty while the claim is not good.</summary>
    public byte[] Spec { get; private set; } = [];

    /// <summary>The delivery is stored as claimed, if the transaction is committed.</summary>
    /// <param name="rowId">Its number.</param>
    /// <param name="spec">The spec of its execution.</param>
    public void MakeGood(long rowId, byte[] spec) => (RowId, Spec) = (rowId, spec);

    /// <summary>The transaction begins anew.</summary>
    public void Reset() => (RowId, Spec) = (null, []);
}
