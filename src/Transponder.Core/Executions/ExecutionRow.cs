namespace Transponder.Core.Executions;

/// <summary>
/// What events change about an execution, as loaded under its row lock. The narrow part is always there; the closure only where the batch asked
/// for it (<see cref="Store.BatchKeys.WithClosure"/>).
/// </summary>
public sealed class ExecutionRow
{
    /// <summary>The store's own number of the execution.</summary>
    public required long Id { get; init; }

    /// <summary>The full name.</summary>
    public required ExecutionKey Key { get; init; }

    /// <summary>The recorded phase.</summary>
    public required WorkflowPhase Phase { get; set; }

    /// <summary>The cluster that reported last; empty until one did.</summary>
    public required string Cluster { get; set; }

    /// <summary>The sequence number of the execution's latest event in the log; 0 before the first.</summary>
    public required long LastSequence { get; set; }

    /// <summary>Grows with every change of the stored state or closure.</summary>
    public required long Version { get; set; }

    /// <summary>The serialised <c>flyteidl.admin.ExecutionClosure</c>; null where it was not asked for.</summary>
    public byte[]? Closure { get; set; }

    /// <summary>True when <see cref="Closure"/>, or a list column below, is to be written.</summary>
    public bool IsClosureChanged { get; set; }

    /// <summary>When the execution began to run, for lists; null until it did.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>From start to end, for lists; null until it ended.</summary>
    public TimeSpan? Duration { get; set; }

    /// <summary>When the recorded state last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary><c>USER</c>, <c>SYSTEM</c> or <c>UNKNOWN</c> for an execution that ended in an error; else null.</summary>
    public string? ErrorKind { get; set; }

    /// <summary>The error's code for an execution that ended in an error; else null.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>Why someone asked for its abort; null when nobody did.</summary>
    public string? AbortCause { get; set; }

    /// <summary>The number of the new <c>flyteidl.admin.ExecutionState</c>; null where it stays. Never loaded.</summary>
    public int? NewState { get; set; }
}

/// <summary>A node execution as stored.</summary>
public sealed class NodeRow
{
    /// <summary>The full name.</summary>
    public required NodeKey Key { get; init; }

    /// <summary>The recorded phase.</summary>
    public required NodePhase Phase { get; set; }

    /// <summary>The serialised <c>flyteidl.admin.NodeExecution</c>.</summary>
    public required byte[] Body { get; set; }

    /// <summary><see cref="Body"/> as a message that writes back to the same bytes; null where nobody has parsed it.</summary>
    public Flyteidl.Admin.NodeExecution? Message { get; set; }

    /// <summary>True when the row is not stored yet.</summary>
    public bool IsNew { get; set; }
}

/// <summary>The workflow that a dynamic node made.</summary>
/// <param name="Node">The node.</param>
/// <param name="Workflow">The serialised <c>flyteidl.core.CompiledWorkflowClosure</c>.</param>
public sealed record NodeWorkflow(NodeKey Node, byte[] Workflow);

/// <summary>One attempt of a task execution as stored.</summary>
public sealed class TaskRow
{
    /// <summary>The full name.</summary>
    public required TaskKey Key { get; init; }

    /// <summary>The recorded phase.</summary>
    public required TaskPhase Phase { get; set; }

    /// <summary>The version of the recorded phase: it grows while the phase stays and its reason or info changes.</summary>
    public required uint PhaseVersion { get; set; }

    /// <summary>The serialised <c>flyteidl.admin.TaskExecution</c>.</summary>
    public required byte[] Body { get; set; }

    /// <summary><see cref="Body"/> as a message that writes back to the same bytes; null where nobody has parsed it.</summary>
    public Flyteidl.Admin.TaskExecution? Message { get; set; }

    /// <summary>True when the row is not stored yet.</summary>
    public bool IsNew { get; set; }
}
