using Transponder.Core.Lists;

namespace Transponder.Core.Executions;

/// <summary>One page of a project-domain's executions.</summary>
public sealed record ExecutionQuery
{
    /// <summary>The project; required.</summary>
    public required string Project { get; init; }

    /// <summary>The domain; required.</summary>
    public required string Domain { get; init; }

    /// <summary>All must hold.</summary>
    public IReadOnlyList<ExecutionFilter> Filters { get; init; } = [];

    /// <summary>The column to sort by; null = by creation. Ties are broken by the store's own number, in the same direction.</summary>
    public ExecutionColumn? SortBy { get; init; }

    /// <summary>Descending, as Flyte's default.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>Where to continue in the order of creation; only without another order.</summary>
    public ExecutionCursor? After { get; init; }

    /// <summary>How many rows to skip.</summary>
    public int Offset { get; init; }

    /// <summary>How many rows to return at most, above 0.</summary>
    public required int Limit { get; init; }
}

/// <summary>One condition on a column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Function">The comparison.</param>
/// <param name="Values">
/// The operands: one, or several for <see cref="FilterFunction.ValueIn"/> and <see cref="FilterFunction.ValueNotIn"/>. Each has the type of its
/// column: string, long (durations: microseconds), or <see cref="DateTimeOffset"/>.
/// </param>
public sealed record ExecutionFilter(ExecutionColumn Column, FilterFunction Function, IReadOnlyList<object> Values);

/// <summary>The columns of executions that lists filter and sort by.</summary>
public enum ExecutionColumn
{
    /// <summary>The phase's name, e.g. <c>FAILED</c>.</summary>
    Phase,

    /// <summary>The execution's name.</summary>
    Name,

    /// <summary>When it was created.</summary>
    CreatedAt,

    /// <summary>When it began to run.</summary>
    StartedAt,

    /// <summary>When its state last changed.</summary>
    UpdatedAt,

    /// <summary>From start to end, in microseconds.</summary>
    Duration,

    /// <summary>The cluster.</summary>
    Cluster,

    /// <summary>Who created it.</summary>
    User,

    /// <summary>The mode's number.</summary>
    Mode,

    /// <summary><c>launch_plan</c> or <c>task</c>.</summary>
    LaunchEntity,

    /// <summary>The error's kind.</summary>
    ErrorKind,

    /// <summary>The error's code.</summary>
    ErrorCode,

    /// <summary>Why it was aborted.</summary>
    AbortCause,

    /// <summary>The launch plan's name.</summary>
    LaunchPlanName,

    /// <summary>The launch plan's version.</summary>
    LaunchPlanVersion,

    /// <summary>The workflow's name.</summary>
    WorkflowName,

    /// <summary>The workflow's version.</summary>
    WorkflowVersion,

    /// <summary>The launch plan's project.</summary>
    LaunchPlanProject,

    /// <summary>The launch plan's domain.</summary>
    LaunchPlanDomain,

    /// <summary>The workflow's project.</summary>
    WorkflowProject,

    /// <summary>The workflow's domain.</summary>
    WorkflowDomain,

    /// <summary>The execution's project.</summary>
    Project,

    /// <summary>The execution's domain.</summary>
    Domain,

    /// <summary>The number of the state: active or archived.</summary>
    State,

    /// <summary>The key of a label or tag. What filters say of <see cref="TagKey"/> and <see cref="TagValue"/> holds for one and the same tag; not to sort by.</summary>
    TagKey,

    /// <summary>The value of a label; not to sort by.</summary>
    TagValue,
}
