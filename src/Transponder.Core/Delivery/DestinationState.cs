using System.Text.Json;
using System.Text.Json.Serialization;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>
/// What the owner of a destination keeps in memory about it: breaker, rate and parking, and so how much may be sent now. Thread-safe.
/// </summary>
internal sealed class DestinationState
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly TimeSpan probeInterval;
    private readonly CircuitBreaker breaker;
    private readonly TokenBucket bucket;
    private DestinationSnapshot saved;
    private DateTimeOffset nextProbe;
    private bool probingParked;

    public DestinationState(DestinationLease lease, ChannelLimits limits, TimeSpan probeInterval, TimeProvider time)
    {
        this.time = time;
        this.probeInterval = probeInterval;
        breaker = new CircuitBreaker(time);
        bucket = new TokenBucket(limits.Rate, limits.Burst, time);
        Parked = lease.Parked;
        nextProbe = time.GetUtcNow();
        if (lease.Snapshot is { } snapshot)
            Restore(snapshot);
        saved = Snapshot();
    }

    /// <summary>Why it is parked; null when it is not.</summary>
    public Parking? Parked { get; private set; }

    /// <summary>True while the store does not know yet what became of the parking.</summary>
    public bool ParkingUnsaved { get; private set; }

    public BreakerState Breaker => breaker.State;

    public DateTimeOffset? OpenUntil => breaker.OpenUntil;

    /// <summary>How many messages may go now, and if none, how long that lasts at least.</summary>
    public (int Count, TimeSpan Wait) Budget()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (Parked is not null)
                return probingParked || now < nextProbe ? (0, nextProbe - now) : (1, TimeSpan.Zero);
            if (breaker.Budget() is var allowed && allowed == 0)
                return (0, (breaker.OpenUntil ?? now) - now);
            return (Math.Min(allowed, bucket.Available()), bucket.Wait());
        }
    }

    /// <summary>True while neither parking nor breaker nor rate limits how much may go.</summary>
    public bool IsUnlimited
    {
        get
        {
            lock (gate)
                return Parked is null && breaker.State == BreakerState.Closed && bucket.Available() == int.MaxValue;
        }
    }

    /// <summary>Takes permits for claimed messages.</summary>
    public Permit Admit(int count)
    {
        lock (gate)
        {
            if (Parked is not null)
            {
                probingParked = true;
                return Permit.ParkedProbe;
            }
            bucket.Take(count);
            return breaker.Admit() ? Permit.BreakerProbe : Permit.Normal;
        }
    }

    /// <summary>Whether a message with this permit may still go.</summary>
    public bool Allows(Permit permit)
    {
        lock (gate)
            return permit != Permit.Normal || (Parked is null && breaker.State == BreakerState.Closed);
    }

    /// <summary>Gives the permit of a message back that did not go.</summary>
    public void Withdraw(Permit permit)
    {
        lock (gate)
        {
            if (permit == Permit.BreakerProbe)
                breaker.Withdraw();
            if (permit == Permit.ParkedProbe)
                probingParked = false;
        }
    }

    /// <summary>Learns from a result; answers what changed by it.</summary>
    public StateChange Learn(DeliveryResult result, Permit permit)
    {
        lock (gate)
        {
            LearnRate(result);
            if (result is DeliveryResult.Rejected { Scope: RejectionScope.Destination })
                return Condemn(result, permit);
            if (permit == Permit.ParkedProbe)
                return Probed(result);
            var before = breaker.State;
            breaker.Record(result, permit == Permit.BreakerProbe);
            return (before, breaker.State) switch
            {
                (not BreakerState.Open, BreakerState.Open) => StateChange.BreakerOpened,
                (BreakerState.HalfOpen, BreakerState.Closed) => StateChange.BreakerClosed,
                _ => StateChange.None,
            };
        }
    }

    /// <summary>Takes over what the store says about the parking; answers whether that resumes the destination.</summary>
    public bool Renew(Parking? parked)
    {
        lock (gate)
        {
            if (ParkingUnsaved)
                return false;
            var resumed = Parked is not null && parked is null;
            if (parked is not null && Parked is null)
                nextProbe = time.GetUtcNow();
            Parked = parked;
            probingParked &= parked is not null;
            return resumed;
        }
    }

    /// <summary>Parks or (null) resumes the destination for a reason of our own.</summary>
    public void Park(Parking? parked)
    {
        lock (gate)
        {
            Parked = parked;
            ParkingUnsaved = true;
        }
    }

    /// <summary>Tells the store about the parking, if that changed.</summary>
    public async Task SaveParkingAsync(Func<Parking?, Task> save)
    {
        Parking? parked;
        lock (gate)
        {
            if (!ParkingUnsaved)
                return;
            parked = Parked;
        }
        await save(parked).ConfigureAwait(false);
        lock (gate)
            ParkingUnsaved = !Equals(parked, Parked);
    }

    /// <summary>Tells the store what the next owner should know, if that changed.</summary>
    public async Task SaveSnapshotAsync(Func<string, Task> save)
    {
        var snapshot = Snapshot();
        if (snapshot == saved)
            return;
        await save(JsonSerializer.Serialize(snapshot, DestinationSnapshotJson.Default.DestinationSnapshot)).ConfigureAwait(false);
        saved = snapshot;
    }

    private DestinationSnapshot Snapshot()
    {
        lock (gate)
        {
            var until = breaker.State == BreakerState.Closed ? null : breaker.OpenUntil;
            return new DestinationSnapshot(until, until is null ? null : breaker.OpenFor.TotalSeconds, bucket.Rate);
        }
    }

    private void LearnRate(DeliveryResult result)
    {
        if (result is DeliveryResult.Retry { Reason: DeliveryReason.Throttled } throttled)
            bucket.Throttled(throttled.After);
        else if (result is DeliveryResult.Delivered)
            bucket.Succeeded();
    }

    private StateChange Condemn(DeliveryResult result, Permit permit)
    {
        var now = time.GetUtcNow();
        if (permit == Permit.BreakerProbe)
            breaker.Withdraw();
        if (permit == Permit.ParkedProbe)
            probingParked = false;
        if (Parked is null || permit == Permit.ParkedProbe)
            nextProbe = now + probeInterval;
        var changed = Parked is null || Parked.Reason != result.Reason;
        if (!changed)
            return StateChange.None;
        Parked = new Parking(Parked?.Since ?? now, result.Reason, AttemptDetail.Of(result, null));
        ParkingUnsaved = true;
        return StateChange.Parked;
    }

    private StateChange Probed(DeliveryResult result)
    {
        probingParked = false;
        nextProbe = time.GetUtcNow() + probeInterval;
        var answered =
            result
            is DeliveryResult.Delivered
                or DeliveryResult.Rejected { Reason: DeliveryReason.MessageRejected or DeliveryReason.RecipientRejected };
        if (!answered)
            return StateChange.None;
        Parked = null;
        ParkingUnsaved = true;
        return StateChange.Resumed;
    }

    private void Restore(string snapshot)
    {
        try
        {
            if (JsonSerializer.Deserialize(snapshot, DestinationSnapshotJson.Default.DestinationSnapshot) is not { } former)
                return;
            breaker.Restore(former.OpenUntil, TimeSpan.FromSeconds(Math.Clamp(former.OpenSeconds ?? 0, 0, 3600)));
            bucket.Restore(former.Rate);
        }
        catch (JsonException)
        {
            // Another release's snapshot: the state is learned anew.
        }
    }
}

/// <summary>Why a message may go.</summary>
internal enum Permit
{
    /// <summary>The destination is well.</summary>
    Normal,

    /// <summary>It is the one that tries a half-open breaker.</summary>
    BreakerProbe,

    /// <summary>It is the one that tries a parked destination.</summary>
    ParkedProbe,
}

/// <summary>What an attempt changed about its destination.</summary>
internal enum StateChange
{
    /// <summary>Nothing that people need to know.</summary>
    None,

    /// <summary>It is parked, or parked for another reason.</summary>
    Parked,

    /// <summary>It is not parked any more.</summary>
    Resumed,

    /// <summary>Its breaker opened.</summary>
    BreakerOpened,

    /// <summary>Its breaker closed.</summary>
    BreakerClosed,
}

/// <summary>What is saved for the next owner.</summary>
internal sealed record DestinationSnapshot(DateTimeOffset? OpenUntil, double? OpenSeconds, double? Rate);

[JsonSerializable(typeof(DestinationSnapshot))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class DestinationSnapshotJson : JsonSerializerContext;
