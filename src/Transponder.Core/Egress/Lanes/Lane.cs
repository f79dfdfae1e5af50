using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// One shard of the log on its way to one sink, in the hands of this process: what was read and is not confirmed yet, and the cursor, that moves past
/// what is confirmed, not wanted, in quarantine or held. Used under its worker's lock.
/// </summary>
internal sealed class Lane(LaneLease lease, long leasedAt)
{
    /// <summary>More than so many messages are not kept of a held execution.</summary>
    public const int KeptOfHeld = 32;

    /// <summary>More executions than so many are not held: from then on the lane waits for what fails.</summary>
    public const int MostHeld = 256;

    private const int LargestWindow = 10_000;

    private readonly Queue<LaneEntry> window = new();
    private readonly Queue<LaneEntry> ready = new();
    private readonly Queue<ExecutionChain> due = new();
    private readonly Queue<ExecutionChain> heldDue = new();
    private readonly Dictionary<long, ExecutionChain> chains = [];
    private readonly Stack<ExecutionChain> spare = new();
    private int held;

    public LaneLease Lease { get; private set; } = lease;

    public int Shard => Lease.Shard;

    /// <summary>It is the lease that this lane is in this process's hands by.</summary>
    public bool Has(LaneLease lease) => lease.Shard == Lease.Shard && lease.Fence == Lease.Fence;

    /// <summary>When the lease was asked for last, by the monotonic clock.</summary>
    public long LeasedAt { get; private set; } = leasedAt;

    public LaneChanges Changes { get; } = new(lease.Position);

    /// <summary>All at or below was read.</summary>
    public long ReadThrough { get; private set; } = lease.Position;

    /// <summary>A page is being read.</summary>
    public bool IsReading { get; set; }

    /// <summary>The lease is gone: nothing is sent or saved any more.</summary>
    public bool IsLost { get; set; }

    /// <summary>Another process should have it.</summary>
    public bool IsLeaving { get; private set; } = lease.Surplus;

    /// <summary>It is being given back, and does not begin anything again.</summary>
    public bool IsGoing { get; set; }

    /// <summary>Calls under way with messages of this lane.</summary>
    public int Calls { get; set; }

    /// <summary>Messages that the cursor waits for.</summary>
    public int Unsent { get; private set; }

    public long UnsentBytes { get; private set; }

    public long ReadyBytes { get; private set; }

    public int Ready => ready.Count + due.Count;

    /// <summary>Something is here that was not tried yet.</summary>
    public bool HasFresh => ready.Count > 0;

    public int Held => held;

    /// <summary>Something of a held execution can go again.</summary>
    public bool HasHeldDue => heldDue.Count > 0;

    /// <summary>The same shard under a lease that was lost, for as long as something of it is under way.</summary>
    public Lane? Former { get; init; }

    public bool IsWindowFull => window.Count >= LargestWindow;

    public bool IsActive => !IsLost && !IsLeaving && !IsGoing && Former?.IsBusy is not true;

    public bool IsBusy => Calls > 0 || Former?.IsBusy is true;

    public long Cursor => window.TryPeek(out var first) ? first.Position - 1 : ReadThrough;

    public DateTimeOffset? Oldest => window.TryPeek(out var first) ? first.ReceivedAt : null;

    public void Renew(LaneLease renewed, long at) => (Lease, LeasedAt, IsLeaving) = (renewed, at, renewed.Surplus);

    /// <summary>Takes what was read after <see cref="ReadThrough"/>.</summary>
    public void Enqueue(List<LaneEntry> entries, long through)
    {
        foreach (var entry in entries)
        {
            if (held > 0 && chains.TryGetValue(entry.ExecutionId, out var chain) && chain.Held is not null)
            {
                entry.Passed = true;
                Join(chain, entry);
                continue;
            }
            window.Enqueue(entry);
            ready.Enqueue(entry);
            Unsent++;
            UnsentBytes += entry.Size;
            ReadyBytes += entry.Size;
        }
        ReadThrough = Math.Max(ReadThrough, through);
    }

    /// <summary>Adds to a call what may go now, in order; false when the call is full.</summary>
    public bool Fill(PublishCall call) =>
        // A probe that repeats what failed would not tell a sink that is down from an execution that is stuck.
        call.IsProbe
            ? FillFromReady(call) && FillFrom(due, call) && FillFrom(heldDue, call)
            : FillFrom(due, call) && FillFromReady(call);

    /// <summary>Adds to a call what may go now of held executions; false when the call is full.</summary>
    public bool FillHeld(PublishCall call) => FillFrom(heldDue, call);

    /// <summary>Something of the execution can go again.</summary>
    public void SetDue(ExecutionChain chain) => (chain.Held is null ? due : heldDue).Enqueue(chain);

    /// <summary>The cursor needs to wait for it no more.</summary>
    public void Pass(LaneEntry entry)
    {
        if (entry.Passed)
            return;
        entry.Passed = true;
        Unsent--;
        UnsentBytes -= entry.Size;
    }

    /// <summary>Forgets what has been passed.</summary>
    public void Advance()
    {
        while (window.TryPeek(out var first) && first.Passed)
            window.Dequeue();
    }

    /// <summary>The execution has nothing more: the next of its events begins a new chain.</summary>
    public void End(ExecutionChain chain)
    {
        if (chain.Held is not null)
        {
            held--;
            Changes.Release(chain.ExecutionId);
        }
        chains.Remove(chain.ExecutionId);
        chain.Reset();
        if (spare.Count < 256)
            spare.Push(chain);
    }

    /// <summary>Lets the execution wait beside the lane.</summary>
    public void Hold(ExecutionChain chain, DateTimeOffset now, DateTimeOffset dueAt, string detail)
    {
        held++;
        // What of it was not looked at yet follows in order.
        for (var left = ready.Count; left > 0; left--)
        {
            var entry = ready.Dequeue();
            if (entry.ExecutionId == chain.ExecutionId)
            {
                ReadyBytes -= entry.Size;
                chain.Waiting.Enqueue(entry);
            }
            else
                ready.Enqueue(entry);
        }
        var all = chain.Waiting.ToArray();
        chain.Waiting.Clear();
        chain.IsJoined = true;
        chain.Held = new HeldExecution(chain.ExecutionId, all[0].Position - 1, chain.OwnFailures, now, dueAt, detail);
        foreach (var entry in all)
        {
            Pass(entry);
            Join(chain, entry);
        }
        Changes.Hold(chain.Held);
        Advance();
    }

    /// <summary>An execution that was held before this process had the lane.</summary>
    public ExecutionChain Adopt(HeldExecution former)
    {
        held++;
        var chain = Begin(former.ExecutionId);
        (chain.Held, chain.ScannedThrough) = (former, former.Position);
        // Others passed while it failed: by itself it does not mean that the sink is down.
        (chain.Failures, chain.OwnFailures, chain.FailedAt) = (1, Math.Max(1, former.Attempts), TimeSpan.MinValue);
        return chain;
    }

    /// <summary>Goes on with the first event that is left of a held execution; false when nothing that waits of it can be gone.</summary>
    public bool SkipTo(ExecutionChain chain, long position)
    {
        if (chain.IsJoined || chain.ScannedThrough >= position)
            return false;
        chain.ScannedThrough = position;
        if (chain.Waiting.Count == 0 && chain.Call is null)
            Changes.Hold(chain.Held = chain.Held! with { Position = position });
        return true;
    }

    /// <summary>Adds to a held execution what was found of it in the log, as far as the lane has read.</summary>
    public void Rejoin(ExecutionChain chain, IEnumerable<LaneEntry> found, long through)
    {
        var limit = ReadThrough;
        // What was confirmed of it may lie beyond what the lane has read since it changed hands.
        chain.IsJoined = limit >= chain.ScannedThrough;
        if (!chain.IsJoined)
            return;
        foreach (var entry in found)
        {
            entry.Passed = true;
            if (entry.Position <= limit)
                Join(chain, entry);
        }
        if (!chain.IsJoined)
            return;
        chain.IsJoined = through >= limit;
        chain.ScannedThrough = Math.Max(chain.ScannedThrough, Math.Min(through, limit));
    }

    public IEnumerable<ExecutionChain> HeldChains() => chains.Values.Where(chain => chain.Held is not null);

    /// <summary>Goes on with the first event that is left; answers how far that is.</summary>
    public void SkipTo(long position) => ReadThrough = Math.Max(ReadThrough, position);

    private static void Join(ExecutionChain chain, LaneEntry entry)
    {
        if (!chain.IsJoined)
            return;
        if (chain.Waiting.Count < KeptOfHeld || chain.ScannedThrough == entry.Position)
        {
            chain.Waiting.Enqueue(entry);
            chain.ScannedThrough = entry.Position;
        }
        else
            chain.IsJoined = false;
    }

    private static bool FillFrom(Queue<ExecutionChain> due, PublishCall call)
    {
        while (due.TryPeek(out var chain))
        {
            var most = chain.IsSuspect ? 1 : int.MaxValue;
            while (most-- > 0 && chain.Waiting.TryPeek(out var entry))
            {
                if (!call.TryAdd(entry, chain))
                {
                    if (chain.Call == call)
                        due.Dequeue();
                    return false;
                }
                chain.Waiting.Dequeue();
            }
            due.Dequeue();
        }
        return true;
    }

    private bool FillFromReady(PublishCall call)
    {
        while (ready.TryPeek(out var entry))
        {
            if (chains.TryGetValue(entry.ExecutionId, out var chain) && (chain.Call != call || chain.Waiting.Count > 0))
            {
                chain.Waiting.Enqueue(entry);
            }
            else
            {
                if (!call.HasRoom(entry))
                    return false;
                call.TryAdd(entry, chain ?? Begin(entry.ExecutionId));
            }
            ready.Dequeue();
            ReadyBytes -= entry.Size;
        }
        return true;
    }

    private ExecutionChain Begin(long executionId)
    {
        if (!spare.TryPop(out var chain))
            chain = new ExecutionChain();
        chain.Begin(this, executionId);
        chains.Add(executionId, chain);
        return chain;
    }
}
