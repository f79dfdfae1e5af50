using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Diagnostics;
using Transponder.Core.Store;

namespace Transponder.Core.Delivery;

/// <summary>What the engine and its workers work with.</summary>
public sealed record DeliveryEnvironment
{
    /// <summary>Where deliveries are kept.</summary>
    public required IDeliveryStore Store { get; init; }

    /// <summary>The channels of the configuration.</summary>
    public required ChannelSet Channels { get; init; }

    /// <summary>How the engine works.</summary>
    public DeliveryOptions Options { get; init; } = new();

    /// <summary>What wakes it.</summary>
    public DeliverySignal Signal { get; init; } = new();

    /// <summary>What it counts.</summary>
    public required DeliveryMetrics Metrics { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it logs.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;
}
