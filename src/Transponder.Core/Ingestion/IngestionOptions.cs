namespace Transponder.Core.Ingestion;

/// <summary>The limits of ingestion.</summary>
public sealed record IngestionOptions
{
    /// <summary>How many bytes of inline outputs an event may carry; Flyte's <c>remoteData.maxSizeInBytes</c>. Default 2 MiB.</summary>
    public int MaxInlineBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>How many events one transaction takes at most; <c>executions.maxBatch</c>. Default 512.</summary>
    public int MaxBatch { get; init; } = 512;

    /// <summary>How many request bytes one transaction takes at most, but for a single larger event. Default 4 MiB.</summary>
    public int MaxBatchBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many events may wait for a committer. Default 8,192.</summary>
    public int QueueLimit { get; init; } = 8192;

    /// <summary>How long an event waits for room in a full queue, or for a database that is down, before UNAVAILABLE. Default 2 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How much memory one committer takes for what it remembers of running executions, in bytes. Default 48 MiB.</summary>
    public long WarmBytes { get; init; } = 48L * 1024 * 1024;

    /// <summary>How long an execution may stay ABORTING before the server ends it itself; <c>executions.abortGrace</c>. Default 30 s.</summary>
    public TimeSpan AbortGrace { get; init; } = TimeSpan.FromSeconds(30);
}
