namespace Transponder.Client.Executions;

/// <summary>Why an execution failed, as its platform reported it.</summary>
/// <param name="Code">A short name, such as <c>USER:RuntimeError</c>.</param>
/// <param name="Message">What happened, for people.</param>
/// <param name="IsUsers">True when the user's code is to blame, false when the system is, null when nobody said.</param>
/// <param name="Uri">Where more is kept; null = nowhere.</param>
public sealed record ExecutionError(string Code, string Message, bool? IsUsers, string? Uri);
