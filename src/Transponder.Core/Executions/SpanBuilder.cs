using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using NodeExecution = Flyteidl.Admin.NodeExecution;
using TaskExecution = Flyteidl.Admin.TaskExecution;

namespace Transponder.Core.Executions;

/// <summary>Spans with Flyte's operation names, from the timestamps of nodes and attempts.</summary>
internal static class SpanBuilder
{
    public const string WorkflowSetup = "WORKFLOW_SETUP";
    public const string WorkflowTeardown = "WORKFLOW_TEARDOWN";
    public const string NodeIdle = "NODE_IDLE";
    public const string NodeReset = "NODE_RESET";
    public const string NodeSetup = "NODE_SETUP";
    public const string NodeTeardown = "NODE_TEARDOWN";
    public const string NodeTransition = "NODE_TRANSITION";
    private const string TaskRuntime = "TASK_RUNTIME";
    private const string TaskSetup = "TASK_SETUP";
    private const string TaskTeardown = "TASK_TEARDOWN";

    public static Span Operation(string operation, Timestamp? start, Timestamp? end) =>
        new()
        {
            OperationId = operation,
            StartTime = start,
            EndTime = end,
        };

    /// <summary>Adds an operation unless it would end before it starts: producers' clocks differ.</summary>
    public static void AddIfForward(this ICollection<Span> spans, string operation, Timestamp? start, Timestamp? end)
    {
        if (start is not null && end is not null && start.CompareTo(end) <= 0)
            spans.Add(Operation(operation, start, end));
    }

    public static Span Of(TaskExecution task)
    {
        var closure = task.Closure;
        var span = new Span
        {
            TaskId = task.Id,
            StartTime = closure.CreatedAt,
            EndTime = closure.UpdatedAt,
        };
        span.Spans.Add(Operation(TaskSetup, closure.CreatedAt, closure.StartedAt ?? closure.UpdatedAt));
        if (closure.StartedAt is null)
            return span;
        var ran = End(closure.StartedAt, closure.Duration);
        span.Spans.Add(Operation(TaskRuntime, closure.StartedAt, ran ?? closure.UpdatedAt));
        if (ran is not null)
            span.Spans.AddIfForward(TaskTeardown, ran, closure.UpdatedAt);
        return span;
    }

    /// <summary>The operations of a node that waits for a person or for time to pass.</summary>
    public static IEnumerable<Span> Gate(NodeExecution node)
    {
        var closure = node.Closure;
        yield return Operation(NodeSetup, closure.CreatedAt, closure.StartedAt ?? closure.UpdatedAt);
        if (closure.StartedAt is null)
            yield break;
        var waited = End(closure.StartedAt, closure.Duration);
        yield return Operation(NodeIdle, closure.StartedAt, waited ?? closure.UpdatedAt);
        if (waited is not null)
            yield return Operation(NodeTeardown, waited, closure.UpdatedAt);
    }

    private static Timestamp? End(Timestamp start, Duration? duration) =>
        duration is null or { Seconds: 0, Nanos: 0 } ? null : start + duration;
}
