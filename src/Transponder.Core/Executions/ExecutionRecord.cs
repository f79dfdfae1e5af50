namespace Transponder.Core.Executions;

/// <summary>An execution to be stored for the first time.</summary>
public sealed record NewExecution
{
    /// <summary>The full name.</summary>
    public required ExecutionKey Key { get; init; }

    /// <summary>The serialised <c>flyteidl.admin.ExecutionSpec</c>.</summary>
    public required byte[] Spec { get; init; }

    /// <summary>The serialised <c>flyteidl.core.LiteralMap</c> of the inputs; empty when there are none.</summary>
    public required byte[] Inputs { get; init; }

    /// <summary>The serialised first <c>flyteidl.admin.ExecutionClosure</c>, with the notifications that apply, frozen.</summary>
    public required byte[] Closure { get; init; }

    /// <summary>The first phase.</summary>
    public WorkflowPhase Phase { get; init; } = WorkflowPhase.Undefined;

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The launch plan (or, for a single-task execution, the task).</summary>
    public required EntityKey LaunchPlan { get; init; }

    /// <summary><c>launch_plan</c> or <c>task</c>: what <see cref="LaunchPlan"/> names.</summary>
    public required string LaunchEntity { get; init; }

    /// <summary>The workflow that runs.</summary>
    public required EntityKey Workflow { get; init; }

    /// <summary>Who created it; empty when unknown.</summary>
    public required string User { get; init; }

    /// <summary>The number of <c>flyteidl.admin.ExecutionMetadata.ExecutionMode</c>.</summary>
    public required int Mode { get; init; }

    /// <summary>Where the frozen notifications came from.</summary>
    public required NotificationSource Source { get; init; }

    /// <summary>Labels, and tags as keys without a value; no pair twice.</summary>
    public IReadOnlyCollection<(string Key, string Value)> Tags { get; init; } = [];
}

/// <summary>An execution as stored, whole.</summary>
public sealed record ExecutionRecord
{
    /// <summary>The store's own number of the execution.</summary>
    public required long Id { get; init; }

    /// <summary>The full name.</summary>
    public required ExecutionKey Key { get; init; }

    /// <summary>The recorded phase.</summary>
    public required WorkflowPhase Phase { get; init; }

    /// <summary>The cluster that reported last; empty until one did.</summary>
    public required string Cluster { get; init; }

    /// <summary>The serialised <c>flyteidl.admin.ExecutionSpec</c>.</summary>
    public required byte[] Spec { get; init; }

    /// <summary>The serialised <c>flyteidl.core.LiteralMap</c> of the inputs.</summary>
    public required byte[] Inputs { get; init; }

    /// <summary>The serialised <c>flyteidl.admin.ExecutionClosure</c>.</summary>
    public required byte[] Closure { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where the frozen notifications came from.</summary>
    public required NotificationSource Source { get; init; }
}

/// <summary>Where the notifications of an execution came from.</summary>
public enum NotificationSource
{
    /// <summary>Neither the request nor the launch plan has any.</summary>
    None = 0,

    /// <summary>The request's own list, which replaces the launch plan's.</summary>
    Execution = 1,

    /// <summary>The request disabled them all.</summary>
    Disabled = 2,

    /// <summary>The launch plan's list.</summary>
    LaunchPlan = 3,
}
