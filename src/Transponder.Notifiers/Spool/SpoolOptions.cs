namespace Transponder.Notifiers.Spool;

/// <summary>Where messages wait, and how many and how long at most.</summary>
public sealed record SpoolOptions
{
    /// <summary>The directory; made when it is first needed. Several processes may share it. What outlives the pod must be on a volume that does.</summary>
    public required string Directory { get; init; }

    /// <summary>The most messages; further ones are not kept, and the sender is told.</summary>
    public int MaxMessages { get; init; } = 1000;

    /// <summary>The most bytes of all messages together.</summary>
    public long MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>A message that has waited longer is not sent any more.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(3);
}
