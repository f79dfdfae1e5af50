namespace Transponder.Core.Executions;

/// <summary>What an execution was started from; it never changes.</summary>
/// <param name="Key">The full name.</param>
/// <param name="Workflow">The workflow that runs.</param>
/// <param name="Spec">The serialised <c>flyteidl.admin.ExecutionSpec</c>, without the inputs.</param>
public sealed record ExecutionOrigin(ExecutionKey Key, EntityKey Workflow, byte[] Spec);
