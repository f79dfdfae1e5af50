namespace Transponder.Core.Delivery;

/// <summary>How the delivery engine works.</summary>
public sealed record DeliveryOptions
{
    /// <summary>The process, unique among those that share the store.</summary>
    public string Owner { get; init; } = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.CreateVersion7():N}";

    /// <summary>How long leases last: a killed process's deliveries go on elsewhere after it. Renewed long before.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often rows and destinations that other processes stored are looked for.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a destination without anything to send stays in memory and leased.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a parked destination is probed with one delivery, besides at start.</summary>
    public TimeSpan ParkedProbeInterval { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a stop waits for the messages that are under way.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the backlog is measured.</summary>
    public TimeSpan BacklogInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where people can look at an execution: <c>{project}</c>, <c>{domain}</c> and <c>{name}</c> are replaced; null = nowhere.</summary>
    public string? ConsoleUrl { get; init; }

    /// <summary>Random numbers from 0 to 1, that spread the retries.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
