using Flyteidl.Admin;
using static Transponder.Server.Security.AccessRules;

namespace Transponder.Server.Security;

/// <summary>
/// Who may use executions and report their events. A node or task belongs to its execution's project, whatever project its task was registered in.
/// </summary>
internal static class ExecutionAccess
{
    public static void AddTo(AccessRules rules)
    {
        rules
            .Service("flyteidl.service.AdminService")
            .Allow<ExecutionCreateRequest>(Produces, "CreateExecution", Creation)
            .Allow<WorkflowExecutionEventRequest>(
                Produces,
                "CreateWorkflowEvent",
                (request, gate) => gate.Require(request.Event?.ExecutionId?.Project)
            )
            .Allow<NodeExecutionEventRequest>(
                Produces,
                "CreateNodeEvent",
                (request, gate) => gate.Require(request.Event?.Id?.ExecutionId?.Project)
            )
            .Allow<TaskExecutionEventRequest>(
                Produces,
                "CreateTaskEvent",
                (request, gate) => gate.Require(request.Event?.ParentNodeExecutionId?.ExecutionId?.Project)
            )
            .Allow<ExecutionRelaunchRequest>(Runs, "RelaunchExecution", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<ExecutionRecoverRequest>(Runs, "RecoverExecution", Recovery)
            .Allow<ExecutionUpdateRequest>(Operates, "UpdateExecution", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<ExecutionTerminateRequest>(Runs, "TerminateExecution", (request, gate) => gate.Require(request.Id?.Project));
        AddReads(rules);
    }

    private static void AddReads(AccessRules rules) =>
        rules
            .Allow<ResourceListRequest>(Reads, "ListExecutions", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<WorkflowExecutionGetRequest>(Reads, "GetExecution", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<WorkflowExecutionGetDataRequest>(Reads, "GetExecutionData", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<WorkflowExecutionGetMetricsRequest>(Reads, "GetExecutionMetrics", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<NodeExecutionGetRequest>(Reads, "GetNodeExecution", (request, gate) => gate.Require(request.Id?.ExecutionId?.Project))
            .Allow<NodeExecutionGetDataRequest>(
                Reads,
                "GetNodeExecutionData",
                (request, gate) => gate.Require(request.Id?.ExecutionId?.Project)
            )
            .Allow<GetDynamicNodeWorkflowRequest>(
                Reads,
                "GetDynamicNodeWorkflow",
                (request, gate) => gate.Require(request.Id?.ExecutionId?.Project)
            )
            .Allow<NodeExecutionListRequest>(
                Reads,
                "ListNodeExecutions",
                (request, gate) => gate.Require(request.WorkflowExecutionId?.Project)
            )
            .Allow<NodeExecutionForTaskListRequest>(
                Reads,
                "ListNodeExecutionsForTask",
                (request, gate) => gate.Require(request.TaskExecutionId?.NodeExecutionId?.ExecutionId?.Project)
            )
            .Allow<TaskExecutionGetRequest>(
                Reads,
                "GetTaskExecution",
                (request, gate) => gate.Require(request.Id?.NodeExecutionId?.ExecutionId?.Project)
            )
            .Allow<TaskExecutionGetDataRequest>(
                Reads,
                "GetTaskExecutionData",
                (request, gate) => gate.Require(request.Id?.NodeExecutionId?.ExecutionId?.Project)
            )
            .Allow<TaskExecutionListRequest>(
                Reads,
                "ListTaskExecutions",
                (request, gate) => gate.Require(request.NodeExecutionId?.ExecutionId?.Project)
            );

    private static void Creation(ExecutionCreateRequest request, ProjectGate gate)
    {
        gate.Require(request.Project);
        gate.Allow(request.Spec?.LaunchPlan?.Project);
        References(request.Spec?.Metadata, gate);
    }

    private static void Recovery(ExecutionRecoverRequest request, ProjectGate gate)
    {
        gate.Require(request.Id?.Project);
        References(request.Metadata, gate);
    }

    private static void References(ExecutionMetadata? metadata, ProjectGate gate)
    {
        if (metadata is null)
            return;
        gate.Allow(metadata.ParentNodeExecution?.ExecutionId?.Project);
        gate.Allow(metadata.ReferenceExecution?.Project);
        foreach (var artifact in metadata.ArtifactIds)
            gate.Allow(artifact.ArtifactKey?.Project);
    }
}
