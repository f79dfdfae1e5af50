using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Core.Ingestion;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService that creates, reads, archives and ends executions.</summary>
internal sealed class ExecutionService(
    ExecutionLauncher launcher,
    ExecutionRelauncher relauncher,
    ExecutionReader reader,
    Ingestor ingestor,
    ChangeSignal changes
)
{
    public void AddTo(RpcServiceBuilder admin) =>
        admin
            .Unary<ExecutionCreateRequest, ExecutionCreateResponse>(
                "CreateExecution",
                (request, context) => changes.ToldAsync(launcher.CreateAsync(request, context.Principal ?? "", context.CancellationToken))
            )
            .Unary<ExecutionRelaunchRequest, ExecutionCreateResponse>(
                "RelaunchExecution",
                (request, context) =>
                    changes.ToldAsync(relauncher.RelaunchAsync(request, context.Principal ?? "", context.CancellationToken))
            )
            .Unary<ExecutionRecoverRequest, ExecutionCreateResponse>(
                "RecoverExecution",
                (request, context) =>
                    changes.ToldAsync(relauncher.RecoverAsync(request, context.Principal ?? "", context.CancellationToken))
            )
            .Unary<ExecutionUpdateRequest, ExecutionUpdateResponse>("UpdateExecution", UpdateAsync)
            .Unary<WorkflowExecutionGetRequest, Execution>(
                "GetExecution",
                (request, context) => reader.GetAsync(request, context.CancellationToken)
            )
            .Unary<ResourceListRequest, ExecutionList>(
                "ListExecutions",
                (request, context) => reader.ListAsync(request, context.CancellationToken)
            )
            .Unary<ExecutionTerminateRequest, ExecutionTerminateResponse>("TerminateExecution", TerminateAsync)
            .Unary<NodeExecutionGetRequest, NodeExecution>(
                "GetNodeExecution",
                (request, context) => reader.GetNodeAsync(request, context.CancellationToken)
            )
            .Unary<TaskExecutionGetRequest, TaskExecution>(
                "GetTaskExecution",
                (request, context) => reader.GetTaskAsync(request, context.CancellationToken)
            );

    private async Task<ExecutionUpdateResponse> UpdateAsync(ExecutionUpdateRequest request, RpcContext context)
    {
        IdentifierRules.Require(request.Id);
        if (!Enum.IsDefined(request.State))
            throw IdentifierRules.Invalid($"state {(int)request.State} is unknown");
        var failure = await ingestor.ChangeStateAsync(
            ExecutionKey.From(request.Id),
            request.State,
            context.Principal ?? "",
            context.CancellationToken
        );
        return failure is null ? new ExecutionUpdateResponse() : throw failure;
    }

    private async Task<ExecutionTerminateResponse> TerminateAsync(ExecutionTerminateRequest request, RpcContext context)
    {
        IdentifierRules.Require(request.Id);
        var failure = await ingestor.TerminateAsync(
            ExecutionKey.From(request.Id),
            request.Cause,
            context.Principal ?? "",
            context.CancellationToken
        );
        return failure is null ? new ExecutionTerminateResponse() : throw failure;
    }
}
