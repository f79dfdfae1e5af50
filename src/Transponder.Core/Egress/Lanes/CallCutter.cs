namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// Decides when the next call of a sink begins and what goes into it: what may go now of all lanes together. Never two calls with the same execution
/// are under way, and nothing goes for a lane whose lease may have run out. Used under its worker's lock.
/// </summary>
internal sealed class CallCutter(SinkRoute route, EgressEnvironment environment, OwnLanes lanes, SinkHealth health)
{
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(1);

    private int calls;
    private int smallCalls;
    private int heldCalls;
    private bool wasHeld;
    private int turn;

    /// <summary>Nothing is under way.</summary>
    public bool IsIdle => calls == 0;

    private SinkLimits Limits => route.Sink.Limits;

    // A few calls that are not full may be under way; what comes meanwhile fills the next.
    private int MostSmallCalls => Math.Max(1, Limits.Concurrency / 4);

    /// <summary>The next call, that is under way from now on; null when none can begin.</summary>
    public PublishCall? Next(TimeSpan now)
    {
        if (((MayCallHeld() ? CutHeld() : null) ?? (MayCall(now) ? Cut() : null)) is not { } call)
            return null;
        wasHeld = call.IsHeld;
        Count(call, 1);
        return call;
    }

    /// <summary>The call is not under way any more.</summary>
    public void Ended(PublishCall call) => Count(call, -1);

    private void Count(PublishCall call, int by)
    {
        calls += by;
        if (call.IsHeld)
            heldCalls += by;
        else if (call.IsSmall)
            smallCalls += by;
    }

    private bool MayCall(TimeSpan now)
    {
        if (health.IsDown)
            return calls == 0 && now >= health.NextTry;
        return calls < Limits.Concurrency && (smallCalls < MostSmallCalls || IsEnoughForOne());
    }

    /// <summary>Held executions go in calls of their own, a few at a time and in turn with the others', which so do not wait for them.</summary>
    private bool MayCallHeld()
    {
        if (health.IsDown || calls >= Limits.Concurrency || heldCalls >= MostSmallCalls)
            return false;
        var (hasHeld, hasOthers) = (false, false);
        for (var i = 0; i < lanes.Count; i++)
        {
            hasHeld |= lanes[i].HasHeldDue;
            hasOthers |= lanes[i].Ready > 0;
        }
        return hasHeld && !(wasHeld && hasOthers);
    }

    private bool IsEnoughForOne()
    {
        var (count, bytes) = (0, 0L);
        for (var i = 0; i < lanes.Count; i++)
        {
            count += lanes[i].Ready;
            bytes += lanes[i].ReadyBytes;
        }
        return count >= Limits.Records || bytes >= Limits.Bytes;
    }

    private PublishCall? Cut()
    {
        var call = new PublishCall(Limits) { IsProbe = health.IsDown };
        for (var i = 0; i < lanes.Count; i++)
        {
            var lane = lanes[(turn + i) % lanes.Count];
            if (lane.IsActive && IsLeaseSafe(lane) && !lane.Fill(call))
                break;
        }
        turn = lanes.Count == 0 ? 0 : (turn + 1) % lanes.Count;
        return call.Entries.Count == 0 ? null : call;
    }

    private PublishCall? CutHeld()
    {
        var call = new PublishCall(Limits) { IsHeld = true };
        for (var i = 0; i < lanes.Count; i++)
        {
            var lane = lanes[(turn + i) % lanes.Count];
            if (lane.HasHeldDue && lane.IsActive && IsLeaseSafe(lane) && !lane.FillHeld(call))
                break;
        }
        return call.Entries.Count == 0 ? null : call;
    }

    /// <summary>Whether the lease outlasts a call that begins now, by this machine's monotonic clock; a longer call relies on renewals.</summary>
    private bool IsLeaseSafe(Lane lane)
    {
        var options = environment.Options;
        var (longest, half) = (options.PublishTimeout + LeaseMargin, options.LeaseDuration / 2);
        return environment.Time.GetElapsedTime(lane.LeasedAt) + (longest < half ? longest : half) < options.LeaseDuration;
    }
}
