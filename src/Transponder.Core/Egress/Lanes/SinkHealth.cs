namespace Transponder.Core.Egress.Lanes;

/// <summary>Whether anything gets through to a sink. While nothing does, one call at a time shows when that changes; the waits grow, without limit of number.</summary>
internal sealed class SinkHealth(RetryTimes times, DateTimeOffset since)
{
    private int failures;

    public bool IsDown => failures > 0;

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
        Error = result.Detail;
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
}
