using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Core.Ingestion;
using Transponder.Protocol;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService that takes events; a call is answered once its event is durable, or says why it is not.</summary>
internal sealed class EventService(Ingestor ingestor)
{
    private static readonly WorkflowExecutionEventResponse workflowReply = new();
    private static readonly NodeExecutionEventResponse nodeReply = new();
    private static readonly TaskExecutionEventResponse taskReply = new();

    public void AddTo(RpcServiceBuilder admin) =>
        admin
            .Unary<WorkflowExecutionEventRequest, WorkflowExecutionEventResponse>("CreateWorkflowEvent", WorkflowAsync)
            .Unary<NodeExecutionEventRequest, NodeExecutionEventResponse>("CreateNodeEvent", NodeAsync)
            .Unary<TaskExecutionEventRequest, TaskExecutionEventResponse>("CreateTaskEvent", TaskAsync);

    private Task<IMessage> WorkflowAsync(WorkflowExecutionEventRequest request, RpcContext context) =>
        AnswerAsync(ingestor.SubmitWorkflowAsync(request, context.RequestBytes, context.CallerGoneToken), workflowReply);

    private Task<IMessage> NodeAsync(NodeExecutionEventRequest request, RpcContext context) =>
        AnswerAsync(ingestor.SubmitNodeAsync(request, context.RequestBytes, context.CallerGoneToken), nodeReply);

    private Task<IMessage> TaskAsync(TaskExecutionEventRequest request, RpcContext context) =>
        AnswerAsync(ingestor.SubmitTaskAsync(request, context.RequestBytes, context.CallerGoneToken), taskReply);

    private static async Task<IMessage> AnswerAsync(ValueTask<RpcException?> answer, IMessage reply) =>
        await answer is { } failure ? throw failure : reply;
}
