namespace Transponder.Notifiers.Timing;

/// <summary>How an executor behaves around a job.</summary>
public sealed record ExecutorOptions
{
    /// <summary>What messages call the job; null = the task's name, or the execution's.</summary>
    public string? JobName { get; init; }

    /// <summary>How long a job that was told to stop may take before it is reported as terminated anyway.</summary>
    public TimeSpan TerminationGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the end of a job waits at most for the last messages to leave.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether SIGTERM and SIGINT cancel the job instead of ending the process; a second signal ends it.</summary>
    public bool StopOnSignals { get; init; }

    /// <summary>
    /// Whether progress, steps and the steady pace's messages each take the place of the one before, where the channel can change its messages (Slack
    /// as a bot, Discord); the others are sent anew.
    /// </summary>
    public bool UpdateInPlace { get; init; }

    /// <summary>Told in one line of each message that could not be delivered, and of each strategy that failed; the standard error unless set.</summary>
    public Action<string> Log { get; init; } = Console.Error.WriteLine;
}
