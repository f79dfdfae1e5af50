using Flyteidl.Core;
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
    private readonly PropellerEvents events = new(id, "propeller", time);

    /// <summary>The cause that an aborted execution is given.</summary>
    public string AbortCause { get; init; } = PlayedErrors.AbortCause;

    /// <summary>What the last task of a failing execution says.</summary>
    public ExecutionError Error { get; init; } = PlayedErrors.User;

    /// <summary>All calls up to the execution's end. The last node is the one that fails or is running when the execution is aborted.</summary>
    public IEnumerable<ScriptStep> Steps(ScriptOutcome outcome)
    {
        yield return events.Workflow(WorkflowPhase.Running);
        yield return events.Node(PlayedNode.Start, NodePhase.Succeeded);
        for (var index = 0; index < tasks.Count; index++)
        {
            var end = index == tasks.Count - 1 ? outcome : ScriptOutcome.Succeeded;
            foreach (var step in NodeSteps(PlayedNode.Of(tasks[index].Node, tasks[index].Task), end))
                yield return step;
        }
        foreach (var step in End(outcome))
            yield return step;
    }

    private IEnumerable<ScriptStep> NodeSteps(PlayedNode node, ScriptOutcome outcome)
    {
        yield return events.Node(node, NodePhase.Queued);
        yield return events.Task(node, TaskPhase.Queued);
        yield return events.Node(node, NodePhase.Running);
        yield return events.Task(node, TaskPhase.Running);
        switch (outcome)
        {
            case ScriptOutcome.Succeeded:
                yield return events.Task(node, TaskPhase.Succeeded);
                yield return events.Node(node, NodePhase.Succeeded);
                break;
            case ScriptOutcome.Failed:
                yield return events.Task(node, TaskPhase.Failed, error: Error);
                yield return events.Node(node, NodePhase.Failing, Error);
                yield return events.Node(node, NodePhase.Failed, Error);
                break;
            default:
                yield return events.Terminate(AbortCause);
                yield return events.Task(node, TaskPhase.Aborted);
                yield return events.Node(node, NodePhase.Aborted);
                break;
        }
    }

    private IEnumerable<ScriptStep> End(ScriptOutcome outcome) => WorkflowEnd.Steps(events, outcome, Error);
}
