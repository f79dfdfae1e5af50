namespace Transponder.Core.Delivery;

/// <summary>Where an incident is open, and what about.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Target">The target within the channel; null when the channel itself is the target.</param>
/// <param name="Key">The launch plan, as <c>project/domain/name</c>.</param>
public readonly record struct IncidentName(string Channel, string? Target, string Key);

/// <summary>An incident that the next success of its launch plan ends.</summary>
/// <param name="OpenedBy">The store's number of the execution whose failure opened it.</param>
/// <param name="FailedAt">When, by the cluster's clock, an execution failed last: a success that ended before does not end the incident.</param>
public sealed record OpenIncident(long OpenedBy, DateTimeOffset FailedAt);
