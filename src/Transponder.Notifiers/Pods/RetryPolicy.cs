namespace Transponder.Notifiers.Pods;

/// <summary>How often a pod tries to send one message: few times, within one deadline for all, since the job must not wait long for its voice.</summary>
public sealed record RetryPolicy
{
    /// <summary>One attempt and no more.</summary>
    public static RetryPolicy Once { get; } = new() { MaxAttempts = 1 };

    /// <summary>The most attempts.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The longest that all attempts and the pauses between them may take together.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The pause before the second attempt; each further one is four times as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to pause after the given attempt; what the provider asked for is kept to, however long it is.</summary>
    internal TimeSpan PauseAfter(int attempt, DeliveryResult.Retry failure)
    {
        var own = FirstPause * Math.Pow(4, Math.Min(attempt - 1, 10));
        return failure.After is { } asked && asked > own ? asked : own;
    }
}
