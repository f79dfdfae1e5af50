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
    private int turn;

    /// <summary>Nothing is under way.</summary>
    public bool IsIdle => calls == 0;

    private SinkLimits Limits => route.Sink.Limits;

    // A few calls that are not full may be under way; what comes meanwhile fills the next.
    private int MostSmallCalls => Math.Max(1, Limits.Concurrency / 4);

    /// <summary>The next call, that is under way from now on; null when none can begin.</summary>
    public PublishCall? Next(TimeSpan now)
    {
        if (!MayCall(now) || Cut() is not { } call)
            return null;
        calls++;
        if (call.IsSmall)
            smallCalls++;
        return call;
    }

    /// <summary>The call is not under way any more.</summary>
    public void Ended(PublishCall call)
    {
        calls--;
        if (call.IsSmall)
            smallCalls--;
    }

    private bool MayCall(TimeSpan now)
    {
        if (health.IsDown)
            return calls == 0 && now >= health.NextTry;
        return calls < Limits.Concurrency && (smallCalls < MostSmallCalls || IsEnoughForOne());
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

    /// <summary>Whether the lease outlasts a call that begins now, by this machine's monotonic clock; a longer call relies on renewals.</summary>
    private bool IsLeaseSafe(Lane lane)
    {
        var options = environment.Options;
        var (longest, half) = (options.PublishTimeout + LeaseMargin, options.LeaseDuration / 2);
        return environment.Time.GetElapsedTime(lane.LeasedAt) + (longest < half ? longest : half) < options.LeaseDuration;
    }
}
