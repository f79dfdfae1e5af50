namespace Transponder.Client.Executions;

/// <summary>Where an execution was when it was looked at.</summary>
/// <param name="Phase">Its phase.</param>
/// <param name="Elapsed">How long it has been waited for.</param>
/// <param name="NodesEnded">How many of its nodes have ended; null when nodes were not asked for.</param>
/// <param name="NodesStarted">How many of its nodes have begun; null when nodes were not asked for.</param>
public sealed record ExecutionProgress(ExecutionPhase Phase, TimeSpan Elapsed, int? NodesEnded = null, int? NodesStarted = null);
