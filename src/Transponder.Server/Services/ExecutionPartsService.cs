using Flyteidl.Admin;
using Transponder.Core.Executions;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService that looks into executions: nodes, tasks, inputs and outputs, and where the time went.</summary>
internal sealed class ExecutionPartsService(
    NodeExecutionLists nodes,
    TaskExecutionLists tasks,
    ExecutionDataReader data,
    ExecutionMetrics metrics
)
{
    public void AddTo(RpcServiceBuilder admin) =>
        admin
            .Unary<NodeExecutionListRequest, NodeExecutionList>(
                "ListNodeExecutions",
                (request, context) => nodes.ListAsync(request, context.CancellationToken)
            )
            .Unary<NodeExecutionForTaskListRequest, NodeExecutionList>(
                "ListNodeExecutionsForTask",
                (request, context) => nodes.ListForTaskAsync(request, context.CancellationToken)
            )
            .Unary<TaskExecutionListRequest, TaskExecutionList>(
                "ListTaskExecutions",
                (request, context) => tasks.ListAsync(request, context.CancellationToken)
            )
            .Unary<WorkflowExecutionGetDataRequest, WorkflowExecutionGetDataResponse>(
                "GetExecutionData",
                (request, context) => data.OfExecutionAsync(request, context.CancellationToken)
            )
            .Unary<NodeExecutionGetDataRequest, NodeExecutionGetDataResponse>(
                "GetNodeExecutionData",
                (request, context) => data.OfNodeAsync(request, context.CancellationToken)
            )
            .Unary<TaskExecutionGetDataRequest, TaskExecutionGetDataResponse>(
                "GetTaskExecutionData",
                (request, context) => data.OfTaskAsync(request, context.CancellationToken)
            )
            .Unary<GetDynamicNodeWorkflowRequest, DynamicNodeWorkflowResponse>(
                "GetDynamicNodeWorkflow",
                (request, context) => data.DynamicWorkflowAsync(request, context.CancellationToken)
            )
            .Unary<WorkflowExecutionGetMetricsRequest, WorkflowExecutionGetMetricsResponse>(
                "GetExecutionMetrics",
                (request, context) => metrics.GetAsync(request, context.Caller.Sees, context.CancellationToken)
            );
}
