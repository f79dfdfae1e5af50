using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>
/// Decides what follows from a call: whether the sink is down or single executions fail while others pass; what is tried again and when, what is
/// held, and what goes into quarantine. Used under its worker's lock.
/// </summary>
internal sealed class OutcomeJudge(SinkRoute route, EgressEnvironment environment, SinkHealth health, RetryTimes times)
{
    private const int RejectionsToQuarantine = 3;
    private const int FailuresToHold = 3;
    private const int LongestText = 1000;

    private readonly List<(ExecutionChain Chain, TimeSpan At)> later = [];
    private readonly List<ExecutionChain> unread = [];

    /// <summary>Takes the results in. Answers the executions that are tried again later, and held ones of which the log has more.</summary>
    public (IReadOnlyList<(ExecutionChain Chain, TimeSpan At)> Later, IReadOnlyList<ExecutionChain> Unread) Settle(
        PublishCall call,
        IReadOnlyList<PublishResult> results,
        TimeSpan now,
        TimeSpan took
    )
    {
        later.Clear();
        unread.Clear();
        var (confirmed, refusals) = Sort(call, results);
        environment.Metrics.Called(route.Name, confirmed, results.Count - confirmed - refusals, refusals, took);
        var nothingPassed = health.IsRefusing || confirmed + refusals == 0;
        var isDown = nothingPassed && IsOfTheSink(call);
        if (isDown)
            NoteDown(call, results.FirstOrDefault(result => result.Outcome != PublishOutcome.Confirmed, PublishResult.Confirmed), now);
        else if (!nothingPassed && health.Passed(now, environment.Time.GetUtcNow()))
            EgressLog.Back(environment.Log, route.Name);
        foreach (var chain in call.Chains)
            Settle(chain, now, isDown);
        foreach (var lane in call.Lanes)
        {
            lane.Calls--;
            lane.Advance();
        }
        return (later, unread);
    }

    private (int Confirmed, int Refusals) Sort(PublishCall call, IReadOnlyList<PublishResult> results)
    {
        var (confirmed, refusals) = (0, 0);
        for (var i = 0; i < results.Count; i++)
        {
            var (entry, chain) = (call.Entries[i], call.Owners[i]);
            if (results[i].Outcome == PublishOutcome.Confirmed)
            {
                confirmed++;
                chain.Lane.Pass(entry);
                if (!entry.IsGap)
                    health.Took();
                continue;
            }
            if (results[i].Outcome == PublishOutcome.Rejected)
                refusals++;
            if (chain.Returned.Count == 0)
                chain.Reason = results[i];
            chain.Returned.Add(entry);
        }
        return (confirmed, refusals);
    }

    /// <summary>Nothing got through: it is the sink, unless all of it has failed before while others passed.</summary>
    private bool IsOfTheSink(PublishCall call)
    {
        if (health.IsDown)
            return true;
        foreach (var chain in call.Chains)
        {
            if (chain.Failures == 0 || chain.FailedAt >= health.PassedAt)
                return true;
        }
        return false;
    }

    private void NoteDown(PublishCall call, PublishResult result, TimeSpan now)
    {
        var wasDown = health.IsDown;
        var wait = health.Failed(call.IsProbe, now, environment.Time.GetUtcNow(), result);
        if (!wasDown && wait is { } first)
            EgressLog.Down(environment.Log, route.Name, result.Detail, first);
    }

    private void Settle(ExecutionChain chain, TimeSpan now, bool isDown)
    {
        chain.Call = null;
        if (chain.Lane.IsLost)
            return;
        if (chain.Returned.Count == 0)
        {
            chain.Passed();
            GoOn(chain);
            return;
        }
        var head = chain.Returned[0];
        chain.TakeBack();
        if (chain.Reason.Outcome == PublishOutcome.Rejected && !health.IsRefusing)
            Rejected(chain, head, now);
        else
            Failed(chain, head, now, isDown || health.IsRefusing);
    }

    private void Rejected(ExecutionChain chain, LaneEntry head, TimeSpan now)
    {
        chain.Passed();
        if (++head.Rejections < RejectionsToQuarantine)
        {
            health.Note(chain.Reason.Detail);
            later.Add((chain, now + RetryTimes.AfterRejection(head.Rejections)));
            return;
        }
        var reason = Clean(chain.Reason.Detail);
        var gap = head.IsGap ? null : Gap(head, reason);
        if (!head.IsGap)
            Quarantine(chain.Lane, head.Record, reason, now);
        if (gap is not null)
        {
            (head.Record, head.IsGap, head.Rejections) = (gap, true, 0);
        }
        else
        {
            chain.Lane.Pass(head);
            chain.Waiting.Dequeue();
        }
        GoOn(chain);
    }

    private void Failed(ExecutionChain chain, LaneEntry head, TimeSpan now, bool isDown)
    {
        head.Rejections = 0;
        if (chain.Failures++ == 0)
            chain.FailedAt = now;
        if (isDown)
        {
            chain.Lane.SetDue(chain);
            return;
        }
        health.Note(chain.Reason.Detail);
        if (chain.OwnFailures++ == 0)
            chain.FailingSince = now;
        if (chain.Held is { } held)
            later.Add((chain, now + HoldOn(chain, held)));
        else if (MustHold(chain, now))
            later.Add((chain, now + Hold(chain)));
        else
            later.Add((chain, now + times.AfterFailure(chain.OwnFailures, chain.Reason.RetryAfter)));
    }

    private bool MustHold(ExecutionChain chain, TimeSpan now) =>
        chain.Lane.Held < Lane.MostHeld
        && (chain.Lane.IsWindowFull || (chain.OwnFailures >= FailuresToHold && now - chain.FailingSince >= environment.Options.HoldAfter));

    private TimeSpan Hold(ExecutionChain chain)
    {
        var wait = times.WhileHeld(1, chain.Reason.RetryAfter);
        var now = environment.Time.GetUtcNow();
        var detail = Clean(chain.Reason.Detail);
        EgressLog.Held(environment.Log, chain.Waiting.Peek().Record.OrderingKey, route.Name, detail);
        chain.Lane.Hold(chain, now, now + wait, detail);
        return wait;
    }

    private TimeSpan HoldOn(ExecutionChain chain, HeldExecution held)
    {
        var wait = times.WhileHeld(chain.OwnFailures, chain.Reason.RetryAfter);
        chain.Held = held with
        {
            Position = chain.Waiting.Peek().Position - 1,
            Attempts = held.Attempts + 1,
            DueAt = environment.Time.GetUtcNow() + wait,
            Detail = Clean(chain.Reason.Detail),
        };
        chain.Lane.Changes.Hold(chain.Held);
        return wait;
    }

    /// <summary>What is next for an execution that is free again.</summary>
    public void GoOn(ExecutionChain chain)
    {
        if (chain.Waiting.Count > 0)
            chain.Lane.SetDue(chain);
        else if (chain.Held is null)
            chain.Lane.End(chain);
        else if (chain.IsJoined)
        {
            EgressLog.Released(environment.Log, chain.ExecutionId, route.Name);
            chain.Lane.End(chain);
        }
        else
            unread.Add(chain);
    }

    private void Quarantine(Lane lane, EgressRecord record, string reason, TimeSpan now)
    {
        var payload = record.Event?.Data ?? record.Raw;
        lane.Changes.Quarantine(
            new QuarantinedRecord(
                0,
                route.Name,
                record.Position,
                record.EventId,
                record.OrderingKey,
                reason,
                payload.ToArray(),
                environment.Time.GetUtcNow()
            )
        );
        environment.Metrics.Quarantined(route.Name);
        EgressLog.Quarantined(environment.Log, record.EventId, record.OrderingKey, route.Name, reason);
        var refusal = new PublishResult(PublishOutcome.Rejected, reason);
        if (health.Quarantined(route.QuarantineLimit, now, environment.Time.GetUtcNow(), refusal))
            EgressLog.Refusing(environment.Log, route.Name, health.Error);
    }

    private EgressRecord? Gap(LaneEntry head, string reason)
    {
        try
        {
            return route.Format.Gap(head.Record, reason);
        }
        catch (Exception error)
        {
            EgressLog.FormatFailed(environment.Log, error, head.Position, head.Record.OrderingKey, route.Name);
            return null;
        }
    }

    private static string Clean(string text)
    {
        var clean = text.Replace('\0', ' ');
        return clean.Length <= LongestText ? clean : clean[..LongestText];
    }
}
