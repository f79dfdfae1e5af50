using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// An execution of which something is under way, waits behind that, or is held. Exists only as long as that is so: an execution without a chain may
/// go into the next call.
/// </summary>
internal sealed class ExecutionChain
{
    public Lane Lane { get; private set; } = null!;

    public long ExecutionId { get; private set; }

    /// <summary>The call that it is part of; null when none is.</summary>
    public PublishCall? Call { get; set; }

    /// <summary>What waits, in order.</summary>
    public Queue<LaneEntry> Waiting { get; private set; } = new();

    /// <summary>What of a call was not confirmed, in order.</summary>
    public List<LaneEntry> Returned { get; } = [];

    /// <summary>What became of the first of them.</summary>
    public PublishResult Reason { get; set; }

    /// <summary>Attempts in a row that failed, for whatever cause.</summary>
    public int Failures { get; set; }

    /// <summary>Attempts in a row that failed while others passed.</summary>
    public int OwnFailures { get; set; }

    /// <summary>When the first of <see cref="Failures"/> was.</summary>
    public TimeSpan FailedAt { get; set; }

    /// <summary>When the first of <see cref="OwnFailures"/> was.</summary>
    public TimeSpan FailingSince { get; set; }

    /// <summary>What is stored of it while it waits beside the lane; null when it does not.</summary>
    public HeldExecution? Held { get; set; }

    /// <summary>While held: all that the lane has read of it is in <see cref="Waiting"/>, and what comes is added there.</summary>
    public bool IsJoined { get; set; }

    /// <summary>While held and not joined: how far the log was looked through for it.</summary>
    public long ScannedThrough { get; set; }

    /// <summary>A retry shows whether the rest may follow: only the first goes.</summary>
    public bool IsSuspect => Failures > 0 || (Waiting.TryPeek(out var first) && first.Rejections > 0);

    public void Begin(Lane lane, long executionId) => (Lane, ExecutionId) = (lane, executionId);

    /// <summary>Puts what was not confirmed back to the front.</summary>
    public void TakeBack()
    {
        if (Returned.Count == 0)
            return;
        Waiting = new Queue<LaneEntry>(Returned.Concat(Waiting));
        Returned.Clear();
    }

    public void Passed() => (Failures, OwnFailures) = (0, 0);

    public void Reset()
    {
        Passed();
        (Held, Call, IsJoined, ScannedThrough) = (null, null, false, 0);
        Waiting.Clear();
    }
}
