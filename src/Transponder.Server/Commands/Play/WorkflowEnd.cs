using Flyteidl.Core;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Play;

/// <summary>The last reports of an execution.</summary>
internal static class WorkflowEnd
{
    public static IEnumerable<ScriptStep> Steps(PropellerEvents events, ScriptOutcome outcome, ExecutionError error)
    {
        switch (outcome)
        {
            case ScriptOutcome.Succeeded:
                yield return events.Node(PlayedNode.End, NodePhase.Queued);
                yield return events.Node(PlayedNode.End, NodePhase.Succeeded);
                yield return events.Workflow(WorkflowPhase.Succeeding);
                yield return events.Workflow(WorkflowPhase.Succeeded);
                break;
            case ScriptOutcome.Failed:
                yield return events.Workflow(WorkflowPhase.Failing, error);
                yield return events.Workflow(WorkflowPhase.Failed, error);
                break;
            default:
                yield return events.Workflow(WorkflowPhase.Aborted);
                break;
        }
    }
}

/// <summary>What goes wrong in played executions.</summary>
internal static class PlayedErrors
{
    /// <summary>Why someone aborts.</summary>
    public const string AbortCause = "superseded by a newer run";

    /// <summary>A mistake of the task's author.</summary>
    public static ExecutionError User =>
        new()
        {
            Code = "USER:ValueError",
            Message = "column “price” has 3 empty cells <rows 17, 204, 951>",
            Kind = ExecutionError.Types.ErrorKind.User,
        };

    /// <summary>A failure of the platform, which is tried again.</summary>
    public static ExecutionError System =>
        new()
        {
            Code = "SYSTEM:OOMKilled",
            Message = "[1/1] currentAttempt done. Last Error: SYSTEM::container terminated with OOMKilled (exit code 137)",
            Kind = ExecutionError.Types.ErrorKind.System,
        };
}
