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
}
