namespace Transponder.Core.Retention;

/// <summary>How long things are kept. Null = for ever.</summary>
public sealed record RetentionOptions
{
    /// <summary>How long events stay in the log after they were received.</summary>
    public TimeSpan? Events { get; init; }

    /// <summary>How long executions stay after they ended, with their nodes, tasks and data; no shorter than their events and deliveries.</summary>
    public TimeSpan? Executions { get; init; }

    /// <summary>How long deliveries stay, with their attempts, after they ended.</summary>
    public TimeSpan? Deliveries { get; init; }

    /// <summary>How long messages that sinks refused stay in quarantine.</summary>
    public TimeSpan? Quarantine { get; init; }

    /// <summary>How many bytes of messages stay in quarantine, of all sinks together; the oldest go. Null = any number.</summary>
    public long? QuarantineBytes { get; init; }

    /// <summary>How many rows one transaction looks at. Default 500.</summary>
    public int Batch { get; init; } = 500;

    /// <summary>How often the store is swept. Default 10 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(10);
}
