using Transponder.Core.Store;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>
/// Delivers to one leased destination, so that no destination waits for another: claim, render, limit, send, record. Claims only what it is about
/// to send, and nothing while its breaker is open, its destination parked or its lease in doubt.
/// </summary>
internal sealed class DestinationWorker : IAsyncDisposable
{
    private const int MostUnrecorded = 512;
    private static readonly TimeSpan RecordGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(2);

    private readonly DeliveryEnvironment environment;
    private readonly AttemptPipeline? pipeline;
    private readonly Channel? channel;
    private readonly DestinationState state;
    private readonly OutcomeRecorder recorder;
    private readonly WakeSignal wake;
    private readonly UnsentDeliveries unsent;
    private readonly Action claimUnknown;
    private readonly SemaphoreSlim slots;
    private readonly ClaimAhead claimAhead;
    private readonly NextDue nextDue;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource cutting = new();
    private readonly Backoff backoff = new();
    private readonly Task running;
    private long renewedAt;
    private long watermark;
    private long activeAt;
    private volatile bool lost;
    private volatile bool mayHaveMore = true;
    private volatile bool toldOfWork;

    public DestinationWorker(
        DeliveryEnvironment environment,
        MessageRenderer renderer,
        DestinationLease lease,
        long leasedAt,
        Action claimUnknown
    )
    {
        this.environment = environment;
        this.claimUnknown = claimUnknown;
        Lease = lease;
        renewedAt = leasedAt;
        channel = environment.Channels.Find(lease.Channel);
        var limits = channel?.Limits ?? new ChannelLimits();
        state = new DestinationState(lease, limits, environment.Options.ParkedProbeInterval, environment.Time);
        pipeline = channel is null ? null : new AttemptPipeline(environment, renderer, lease, channel, state);
        slots = new SemaphoreSlim(limits.Concurrency);
        claimAhead = new ClaimAhead(4 * limits.Concurrency, environment.Time);
        nextDue = new NextDue(environment.Time);
        activeAt = leasedAt;
        wake = new WakeSignal(environment.Time);
        unsent = new UnsentDeliveries(environment.Store, lease);
        recorder = new OutcomeRecorder(environment, lease, AfterRecord);
        running = Task.Run(RunAsync);
    }

    public DestinationLease Lease { get; }

    public BreakerState Breaker => state.Breaker;

    private DeliveryOptions Options => environment.Options;

    private TimeProvider Time => environment.Time;

    /// <summary>Something may have come to be claimed.</summary>
    public void Wake()
    {
        mayHaveMore = true;
        wake.Set();
    }

    /// <summary>There is something to send, so the destination is not idle.</summary>
    public void HasWork()
    {
        Volatile.Write(ref activeAt, Time.GetTimestamp());
        toldOfWork = true;
        Wake();
    }

    /// <summary>Takes room for deliveries that are not stored yet, to be started or withdrawn; answers how many have it.</summary>
    public int Reserve(int count)
    {
        var room = MaySend() && state.IsUnlimited ? claimAhead.Reserve(count) : 0;
        // A stop either waits for what was taken, or is seen here.
        if (room == 0 || !stopping.IsCancellationRequested)
            return room;
        Withdraw(room);
        return 0;
    }

    /// <summary>Sends a delivery that room was reserved for and that was stored as claimed.</summary>
    public void StartReserved(ClaimedDelivery claim) => Run(claim, Permit.Normal);

    /// <summary>Gives back room that was reserved.</summary>
    public void Withdraw(int count = 1)
    {
        claimAhead.Release(count);
        wake.Set();
    }

    /// <summary>Deliveries may have been stored as claimed without anybody's knowing.</summary>
    public void Doubt() => claimUnknown();

    /// <summary>True when it has had nothing to do for so long: whatever comes later, the next owner finds.</summary>
    public bool IsIdle(TimeSpan idleAfter) =>
        claimAhead.UnderWay == 0 && recorder.Waiting == 0 && Time.GetElapsedTime(Volatile.Read(ref activeAt)) >= idleAfter;

    /// <summary>The lease was renewed by a call that began at <paramref name="leasedAt"/>.</summary>
    public void Renew(DestinationLease lease, long leasedAt)
    {
        Volatile.Write(ref renewedAt, leasedAt);
        if (state.Renew(lease.Parked))
            Wake();
    }

    /// <summary>The lease went to another process: nothing more is sent, and what is under way is recorded late.</summary>
    public void Lose()
    {
        lost = true;
        DeliveryLog.LeaseLost(environment.Log, Lease.Destination);
    }

    /// <summary>Nothing more is claimed, and nothing that waits is sent.</summary>
    public void StopClaiming() => stopping.Cancel();

    /// <summary>Stops claiming, waits for the messages under way, records them, and gives the others back.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        StopClaiming();
        await running.ConfigureAwait(false);
        var ended = NothingUnderWayAsync();
        try
        {
            await ended.WaitAsync(grace, Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await cutting.CancelAsync().ConfigureAwait(false);
            await ended.ConfigureAwait(false);
        }
        await recorder.CompleteAsync(RecordGrace).ConfigureAwait(false);
        if (!lost)
            await TrySettleAsync().ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    private async Task NothingUnderWayAsync()
    {
        while (claimAhead.UnderWay > 0)
            await wake.WaitAsync(Options.PollInterval, CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await recorder.DisposeAsync().ConfigureAwait(false);
        wake.Dispose();
        stopping.Dispose();
        cutting.Dispose();
        slots.Dispose();
    }

    private async Task RunAsync()
    {
        Adopt();
        while (!stopping.IsCancellationRequested)
        {
            var rest = await StepAsync().ConfigureAwait(false);
            if (rest <= TimeSpan.Zero)
                continue;
            try
            {
                await wake.WaitAsync(rest, stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
        }
    }

    /// <summary>One round; answers how long to rest when nobody wakes the worker.</summary>
    private async Task<TimeSpan> StepAsync()
    {
        try
        {
            var rest = await SettleAndClaimAsync().ConfigureAwait(false);
            backoff.Reset();
            return rest;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (StoreException error)
        {
            var wait = backoff.Next();
            DeliveryLog.StoreFailed(environment.Log, $"worked for {Lease.Destination}", error.Message, wait);
            return wait;
        }
        catch (Exception error)
        {
            var wait = backoff.Next();
            DeliveryLog.Unexpected(environment.Log, error, "claiming", Lease.Destination, wait);
            return wait;
        }
    }

    private async Task<TimeSpan> SettleAndClaimAsync()
    {
        await SettleAsync(stopping.Token).ConfigureAwait(false);
        if (!mayHaveMore && nextDue.Rest is var rest && rest > TimeSpan.Zero)
            return rest;
        var (budget, wait) = Budget();
        if (budget <= 0)
            return wait;

        // What comes while the store is asked is asked for again.
        mayHaveMore = false;
        var claimed = await ClaimAsync(budget).ConfigureAwait(false);
        claimAhead.Claimed(claimed.Count, budget);
        Start(claimed);
        if (claimed.Count == budget)
            mayHaveMore = true;
        return mayHaveMore ? TimeSpan.Zero : nextDue.Rest;
    }

    /// <summary>Writes what changed about the destination itself.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        if (await unsent.ReturnAsync(cancellationToken).ConfigureAwait(false))
            mayHaveMore = true;
        await state
            .SaveParkingAsync(parked => environment.Store.ParkAsync(Lease.Destination, parked, cancellationToken))
            .ConfigureAwait(false);
        await state
            .SaveSnapshotAsync(snapshot => environment.Store.SaveSnapshotAsync(Lease, snapshot, cancellationToken))
            .ConfigureAwait(false);
    }

    private async Task TrySettleAsync()
    {
        try
        {
            await SettleAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            DeliveryLog.StoreFailed(environment.Log, $"stopped work for {Lease.Destination}", error.Message, Options.LeaseDuration);
        }
    }

    private (int Count, TimeSpan Wait) Budget()
    {
        if (!MaySend())
            return (0, PollInterval);
        var free = claimAhead.Free();
        if (free == 0)
            return (0, PollInterval);
        var (allowed, wait) = state.Budget();
        return (Math.Min(free, allowed), wait > TimeSpan.Zero ? wait : PollInterval);
    }

    private bool MaySend() => !lost && channel is not null && IsLeaseSafe() && recorder.Waiting < MostUnrecorded;

    private async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(int limit)
    {
        try
        {
            var now = Time.GetUtcNow();
            nextDue.Forget(now);
            var claimed = await environment.Store.ClaimAsync(Lease, watermark, now, limit, stopping.Token).ConfigureAwait(false);
            if (toldOfWork && claimed.Count == 0)
            {
                // The store sees something that the claim does not: it is looked for from the start.
                if (watermark > 0)
                    mayHaveMore = true;
                watermark = 0;
            }
            toldOfWork = false;
            foreach (var claim in claimed)
            {
                if (claim is { Attempt: 1, Replay: false } && claim.RowId > watermark)
                    watermark = claim.RowId;
            }
            return claimed;
        }
        catch (Exception error)
        {
            mayHaveMore = true;
            if (error is StoreException { Failure: StoreFailure.Unknown })
                claimUnknown();
            throw;
        }
    }

    private void Start(IReadOnlyList<ClaimedDelivery> claimed)
    {
        if (claimed.Count == 0)
            return;
        var permit = state.Admit(claimed.Count);
        foreach (var claim in claimed)
            Run(claim, permit);
    }

    private void Run(ClaimedDelivery claim, Permit permit)
    {
        var claimedAt = Time.GetTimestamp();
        Volatile.Write(ref activeAt, claimedAt);
        _ = Task.Run(() => DeliverAsync(claim, permit, claimedAt));
    }

    private async Task DeliverAsync(ClaimedDelivery claim, Permit permit, long claimedAt)
    {
        if (await EnterAsync(permit).ConfigureAwait(false))
        {
            var sent = await pipeline!.RunAsync(claim, permit, cutting.Token).ConfigureAwait(false);
            slots.Release();
            claimAhead.Sent(claimedAt);
            recorder.Add(sent);
        }
        else
        {
            state.Withdraw(permit);
            unsent.Add(claim.RowId);
        }
        claimAhead.Release();
        wake.Set();
    }

    /// <summary>Waits for a slot; false when the message must not go any more.</summary>
    private async Task<bool> EnterAsync(Permit permit)
    {
        try
        {
            await slots.WaitAsync(stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        if (!lost && !stopping.IsCancellationRequested && IsLeaseSafe() && state.Allows(permit))
            return true;
        slots.Release();
        return false;
    }

    private void AfterRecord(IReadOnlyList<SentDelivery> batch)
    {
        foreach (var (claim, outcome) in batch)
        {
            environment.Metrics.Attempted(Lease.Channel, outcome.Attempt);
            if (outcome.NextAttemptAt is { } due)
                nextDue.Expect(due);
            else
                environment.Metrics.Ended(Lease.Channel, outcome.State, outcome.Attempt.Reason, Time.GetUtcNow() - claim.ActiveSince);
        }
        if (batch.Any(sent => sent.Outcome.Lane is not null))
            mayHaveMore = true;
        if (mayHaveMore || batch.Any(sent => sent.Outcome.NextAttemptAt is not null))
            wake.Set();
    }

    /// <summary>Starts with what the former owner left: an unknown channel parks, a channel that is known again resumes.</summary>
    private void Adopt()
    {
        if (Lease.Interrupted > 0)
        {
            environment.Metrics.PossibleDuplicates(Lease.Channel, Lease.Interrupted, "interrupted");
            DeliveryLog.Interrupted(environment.Log, Lease.Interrupted, Lease.Destination);
        }
        var unknown = channel is null
            ? new Parking(Time.GetUtcNow(), DeliveryReason.UnknownChannel, $"the configuration has no channel {Lease.Channel}")
            : null;
        if (unknown is null ? state.Parked?.Reason != DeliveryReason.UnknownChannel : state.Parked is not null)
            return;
        state.Park(unknown);
        if (unknown is null)
            DeliveryLog.Resumed(environment.Log, Lease.Destination);
        else
            DeliveryLog.Parked(environment.Log, Lease.Destination, unknown.Reason, unknown.Detail);
    }

    /// <summary>Whether the lease outlasts a send that begins now, by this machine's monotonic clock; a longer send relies on renewals.</summary>
    private bool IsLeaseSafe()
    {
        var needed = Shorter((channel?.Notifier.Timeout ?? TimeSpan.Zero) + LeaseMargin, Options.LeaseDuration / 2);
        return Time.GetElapsedTime(Volatile.Read(ref renewedAt)) + needed < Options.LeaseDuration;
    }

    private TimeSpan PollInterval => Options.PollInterval;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
