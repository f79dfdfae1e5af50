namespace Transponder.Core.Egress.Lanes;

/// <summary>Whether anything gets through to a sink. While nothing does, one call at a time shows when that changes; the waits grow, without limit of number.</summary>
internal sealed class SinkHealth(RetryTimes times, DateTimeOffset since)
{
    private int failures;
    private int refused;

    public bool IsDown => failures > 0;

    /// <summary>It refused so many messages in a row that it must be wrong about them: it counts as down, and nothing goes into quarantine.</summary>
    public bool IsRefusing { get; private set; }

    /// <summary>When the next call may begin, while down.</summary>
    public TimeSpan NextTry { get; private set; }

    /// <summary>When something got through last.</summary>
    public TimeSpan PassedAt { get; private set; } = TimeSpan.MinValue;

    public string Error { get; private set; } = "";

    public DateTimeOffset Since { get; private set; } = since;

    /// <summary>Something got through; true when it did not before.</summary>
    public bool Passed(TimeSpan now, DateTimeOffset at)
    {
        PassedAt = now;
        if (!IsDown)
            return false;
        (failures, Since) = (0, at);
        return true;
    }

    /// <summary>Nothing of a call got through. Answers how long to wait, when it is the first or the probe; calls that began before change nothing.</summary>
    public TimeSpan? Failed(bool isProbe, TimeSpan now, DateTimeOffset at, PublishResult result)
    {
        if (!IsRefusing)
            Error = result.Detail;
        else if (result.Outcome != PublishOutcome.Confirmed)
            Error = Refusal(result.Detail);
        if (IsDown && !isProbe)
            return null;
        if (!IsDown)
            Since = at;
        failures++;
        var wait = times.AfterFailure(failures, result.RetryAfter);
        NextTry = now + wait;
        return wait;
    }

    public void Note(string error) => Error = error;

    /// <summary>A message was taken that is no gap's marker.</summary>
    public void Took() => (refused, IsRefusing) = (0, false);

    /// <summary>A message went into quarantine; true when it was the last that may in a row.</summary>
    /// <param name="most">So many may; 0 = any number.</param>
    /// <param name="now">Now, by the monotonic clock.</param>
    /// <param name="at">Now.</param>
    /// <param name="result">What the sink said.</param>
    public bool Quarantined(int most, TimeSpan now, DateTimeOffset at, PublishResult result)
    {
        if (++refused != most)
            return false;
        IsRefusing = true;
        Failed(isProbe: true, now, at, result);
        return true;
    }

    private string Refusal(string detail) =>
        $"{refused} messages in a row were refused for what they are, so none goes into quarantine until one is taken; the last: {detail}";
}
