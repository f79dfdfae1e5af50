namespace Transponder.Core.Egress;

/// <summary>How events leave, whatever the sink.</summary>
public sealed record EgressOptions
{
    /// <summary>
    /// How long a sink that is not reached may keep events from being removed, counted from their receipt. Older ones go by <c>retention.events</c>
    /// although they were not sent. Default 7 days.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A larger store removes by <c>retention.events</c> what was not sent too. Null = no such limit.</summary>
    public long? MaxStoreBytes { get; init; }

    /// <summary>
    /// The share in use, of <see cref="MaxStoreBytes"/> or of the disk that the store is on, from which on an alarm is given. Default 0.9; the disk
    /// of a database elsewhere is not known.
    /// </summary>
    public double DiskAlarm { get; init; } = 0.9;

    /// <summary>How long a lane's lease lasts; a process that dies gives its lanes to the others after that. Default 15 s.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The process, unique among those that share the store.</summary>
    public string Owner { get; init; } = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.CreateVersion7():N}";

    /// <summary>How long one call of a sink may take before it counts as failed.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stop waits for the calls that are under way.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How far apart cursors are saved; a killed process's successor repeats about so much.</summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How far apart cursors are saved that only passed events which their sink does not want.</summary>
    public TimeSpan IdleSaveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an execution may fail while others pass, before it is held beside its lane.</summary>
    public TimeSpan HoldAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Random numbers from 0 to 1, that spread the retries.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
