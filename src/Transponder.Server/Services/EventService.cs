using Flyteidl.Admin;
using Transponder.Core.Ingestion;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService that takes events; a call is answered once its event is durable, or says why it is not.</summary>
internal sealed class EventService(Ingestor ingestor)
{
    public void AddTo(RpcServiceBuilder admin) =>
        admin
            .Unary<WorkflowExecutionEventRequest, WorkflowExecutionEventResponse>("CreateWorkflowEvent", WorkflowAsync)
            .Unary<NodeExecutionEventRequest, NodeExecutionEventResponse>("CreateNodeEvent", NodeAsync)
            .Unary<TaskExecutionEventRequest, TaskExecutionEventResponse>("CreateTaskEvent", TaskAsync);

    private async Task<WorkflowExecutionEventResponse> WorkflowAsync(WorkflowExecutionEventRequest request, RpcContext context)
    {
        var failure = await ingestor.SubmitWorkflowAsync(request, context.RequestBytes, context.CancellationToken);
        return failure is null ? new WorkflowExecutionEventResponse() : throw failure;
    }

    private async Task<NodeExecutionEventResponse> NodeAsync(NodeExecutionEventRequest request, RpcContext context)
    {
        var failure = await ingestor.SubmitNodeAsync(request, context.RequestBytes, context.CancellationToken);
        return failure is null ? new NodeExecutionEventResponse() : throw failure;
    }

    private async Task<TaskExecutionEventResponse> TaskAsync(TaskExecutionEventRequest request, RpcContext context)
    {
        var failure = await ingestor.SubmitTaskAsync(request, context.RequestBytes, context.CancellationToken);
        return failure is null ? new TaskExecutionEventResponse() : throw failure;
    }
}
