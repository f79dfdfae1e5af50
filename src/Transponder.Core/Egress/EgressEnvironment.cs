using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Diagnostics;
using Transponder.Core.Events;
using Transponder.Core.Store;

namespace Transponder.Core.Egress;

/// <summary>What the egress engine and its sinks' workers work with.</summary>
public sealed record EgressEnvironment
{
    /// <summary>Where cursors are kept.</summary>
    public required ILaneStore Lanes { get; init; }

    /// <summary>The log.</summary>
    public required IEventStore Events { get; init; }

    /// <summary>The log's end, shared with all that follow it.</summary>
    public required LogFeed Feed { get; init; }

    /// <summary>What filters ask about executions.</summary>
    public required ExecutionFactsCache Facts { get; init; }

    /// <summary>How the engine works.</summary>
    public EgressOptions Options { get; init; } = new();

    /// <summary>What it counts.</summary>
    public required EgressMetrics Metrics { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it logs.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;
}
