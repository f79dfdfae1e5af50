using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Events;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Replays;

/// <summary>What replays work with.</summary>
public sealed record ReplayEnvironment
{
    /// <summary>Where they are kept.</summary>
    public required IReplayStore Replays { get; init; }

    /// <summary>The log.</summary>
    public required IEventStore Events { get; init; }

    /// <summary>What executions were started from, for sinks that ask for it.</summary>
    public required ExecutionFactsCache Facts { get; init; }

    /// <summary>From a stored filter to the events that it means.</summary>
    public required Func<byte[], EventSearch> ReadFilter { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it is logged.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>The process, unique among those that share the store.</summary>
    public string Owner { get; init; } = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.CreateVersion7():N}";

    /// <summary>How long a lease lasts; a process that dies gives its replays to the others after that.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often it is looked for new replays, and for leases to renew.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);
}
