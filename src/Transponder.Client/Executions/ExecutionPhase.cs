namespace Transponder.Client.Executions;

/// <summary>Where an execution is; the numbers are Flyte's.</summary>
public enum ExecutionPhase
{
    /// <summary>Created; nobody has reported on it yet.</summary>
    Undefined = 0,

    /// <summary>Waits for its turn.</summary>
    Queued = 1,

    /// <summary>Runs.</summary>
    Running = 2,

    /// <summary>Has done its work and is about to end.</summary>
    Succeeding = 3,

    /// <summary>Ended well.</summary>
    Succeeded = 4,

    /// <summary>Something failed, and the rest is being ended.</summary>
    Failing = 5,

    /// <summary>Ended with an error.</summary>
    Failed = 6,

    /// <summary>Was ended by someone.</summary>
    Aborted = 7,

    /// <summary>Took longer than it may.</summary>
    TimedOut = 8,

    /// <summary>Is being ended by someone.</summary>
    Aborting = 9,
}
