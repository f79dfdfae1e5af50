namespace Transponder.Client.Executions;

/// <summary>How to wait for an execution.</summary>
public sealed record WaitOptions
{
    /// <summary>How long at most; null = as long as it takes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The pause after the first look; each one is half as long again, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two looks.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the server may be out of reach before that is an error.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>True when progress counts nodes too, which is one call more for each look.</summary>
    public bool CountNodes { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
