using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf.WellKnownTypes;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
using TaskPhase = Flyteidl.Core.TaskExecution.Types.Phase;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Play;

/// <summary>The calls of one execution in the order in which flytepropeller makes them: workflow, node and task events, and an abort's request.</summary>
/// <param name="id">The execution, which exists already.</param>
/// <param name="tasks">Its nodes in order, each with the task that it runs.</param>
/// <param name="time">The events' clock.</param>
internal sealed class ExecutionScript(
    WorkflowExecutionIdentifier id,
    IReadOnlyList<(string Node, Identifier Task)> tasks,
    TimeProvider time
)
{
    private const string Producer = "propeller";

    /// <summary>The cause that an aborted execution is given.</summary>
    public string AbortCause { get; init; } = "superseded by a newer run";

    /// <summary>What the last task of a failing execution says.</summary>
    public ExecutionError Error { get; init; } =
        new()
        {
            Code = "USER:ValueError",
            Message = "column “price” has 3 empty cells <rows 17, 204, 951>",
            Kind = ExecutionError.Types.ErrorKind.User,
        };

    /// <summary>All calls up to the execution's end. The last node is the one that fails or is running when the execution is aborted.</summary>
    public IEnumerable<ScriptStep> Steps(ScriptOutcome outcome)
    {
        yield return Workflow(WorkflowPhase.Running);
        yield return Node("start-node", NodePhase.Succeeded);
        for (var index = 0; index < tasks.Count; index++)
        {
            var end = index == tasks.Count - 1 ? outcome : ScriptOutcome.Succeeded;
            foreach (var step in NodeSteps(tasks[index].Node, tasks[index].Task, end))
                yield return step;
        }
        foreach (var step in End(outcome))
            yield return step;
    }

    private IEnumerable<ScriptStep> NodeSteps(string node, Identifier task, ScriptOutcome outcome)
    {
        yield return Node(node, NodePhase.Queued);
        yield return Task(node, task, TaskPhase.Queued);
        yield return Node(node, NodePhase.Running);
        yield return Task(node, task, TaskPhase.Running);
        switch (outcome)
        {
            case ScriptOutcome.Succeeded:
                yield return Task(node, task, TaskPhase.Succeeded);
                yield return Node(node, NodePhase.Succeeded);
                break;
            case ScriptOutcome.Failed:
                yield return Task(node, task, TaskPhase.Failed, Error);
                yield return Node(node, NodePhase.Failing, Error);
                yield return Node(node, NodePhase.Failed, Error);
                break;
            default:
                yield return Terminate();
                yield return Task(node, task, TaskPhase.Aborted);
                yield return Node(node, NodePhase.Aborted);
                break;
        }
    }

    private IEnumerable<ScriptStep> End(ScriptOutcome outcome)
    {
        switch (outcome)
        {
            case ScriptOutcome.Succeeded:
                yield return Node("end-node", NodePhase.Queued);
                yield return Node("end-node", NodePhase.Succeeded);
                yield return Workflow(WorkflowPhase.Succeeding);
                yield return Workflow(WorkflowPhase.Succeeded);
                break;
            case ScriptOutcome.Failed:
                yield return Workflow(WorkflowPhase.Failing, Error);
                yield return Workflow(WorkflowPhase.Failed, Error);
                break;
            default:
                yield return Workflow(WorkflowPhase.Aborted);
                break;
        }
    }

    private ScriptStep Terminate() =>
        new(
            "terminate",
            $"“{AbortCause}”",
            (admin, cancellationToken) =>
                admin.TerminateExecutionAsync(new ExecutionTerminateRequest { Id = id, Cause = AbortCause }, cancellationToken)
        );

    private ScriptStep Workflow(WorkflowPhase phase, ExecutionError? error = null) =>
        new(
            "workflow",
            phase.ToString(),
            (admin, cancellationToken) =>
            {
                var report = new WorkflowExecutionEvent
                {
                    ExecutionId = id,
                    ProducerId = Producer,
                    Phase = phase,
                    OccurredAt = Now(),
                };
                if (error is not null)
                    report.Error = error;
                return admin.CreateWorkflowEventAsync(new() { RequestId = RequestId(), Event = report }, cancellationToken);
            }
        );

    private ScriptStep Node(string node, NodePhase phase, ExecutionError? error = null) =>
        new(
            $"node {node}",
            phase.ToString(),
            (admin, cancellationToken) =>
            {
                var report = new NodeExecutionEvent
                {
                    Id = NodeId(node),
                    ProducerId = Producer,
                    Phase = phase,
                    OccurredAt = Now(),
                    ReportedAt = Now(),
                    NodeName = node,
                    SpecNodeId = node,
                    EventVersion = 1,
                };
                if (error is not null)
                    report.Error = error;
                return admin.CreateNodeEventAsync(new() { RequestId = RequestId(), Event = report }, cancellationToken);
            }
        );

    private ScriptStep Task(string node, Identifier task, TaskPhase phase, ExecutionError? error = null) =>
        new(
            $"task {task.Name}",
            phase.ToString(),
            (admin, cancellationToken) =>
            {
                var report = new TaskExecutionEvent
                {
                    TaskId = task,
                    ParentNodeExecutionId = NodeId(node),
                    ProducerId = Producer,
                    Phase = phase,
                    OccurredAt = Now(),
                    ReportedAt = Now(),
                    TaskType = "python-task",
                    EventVersion = 1,
                };
                if (error is not null)
                    report.Error = error;
                return admin.CreateTaskEventAsync(new() { RequestId = RequestId(), Event = report }, cancellationToken);
            }
        );

    private NodeExecutionIdentifier NodeId(string node) => new() { ExecutionId = id, NodeId = node };

    private Timestamp Now() => Timestamp.FromDateTimeOffset(time.GetUtcNow());

    private static string RequestId() => Guid.NewGuid().ToString("N");
}
