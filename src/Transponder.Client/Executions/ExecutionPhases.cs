namespace Transponder.Client.Executions;

/// <summary>What can be told of a phase alone.</summary>
public static class ExecutionPhases
{
    /// <summary>True for the phases that an execution ends in, which are those that notifications are sent at.</summary>
    /// <param name="phase">The phase.</param>
    public static bool IsTerminal(this ExecutionPhase phase) =>
        phase is ExecutionPhase.Succeeded or ExecutionPhase.Failed or ExecutionPhase.Aborted or ExecutionPhase.TimedOut;
}
