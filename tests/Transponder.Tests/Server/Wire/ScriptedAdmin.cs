using Flyteidl.Admin;
using Flyteidl.Service;
using Google.Protobuf.WellKnownTypes;
using Transponder.Protocol;
using Transponder.Server.Wire;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Server.Wire;

/// <summary>AdminService with handlers that do what the request's names ask for.</summary>
internal static class ScriptedAdmin
{
    public static RpcServices Services(ScriptedWaits? waits = null)
    {
        waits ??= new ScriptedWaits();
        var services = new RpcServices();
        services
            .Add(AdminReflection.Descriptor.Services[0])
            .Unary<GetVersionRequest, GetVersionResponse>(
                "GetVersion",
                (_, _) =>
                    Task.FromResult(
                        new GetVersionResponse
                        {
                            ControlPlaneVersion = new Flyteidl.Admin.Version { Version_ = "1.2.3", Build = "b" },
                        }
                    )
            )
            .Unary<ProjectRegisterRequest, ProjectRegisterResponse>("RegisterProject", (request, context) => Act(request, context, waits))
            .Unary<ObjectGetRequest, Flyteidl.Admin.Task>(
                "GetTask",
                (request, _) =>
                    Task.FromResult(
                        new Flyteidl.Admin.Task
                        {
                            Id = request.Id,
                            ShortDescription = new string('x', request.Id.Name == "big" ? 3_000_000 : 0),
                        }
                    )
            )
            .Unary<ResourceListRequest, ExecutionList>(
                "ListExecutions",
                (request, _) =>
                    Task.FromResult(
                        new ExecutionList
                        {
                            Token =
                                $"{request.Id.Project}|{request.Id.Domain}|{request.Limit}|{request.Token}|{request.Filters}|{request.SortBy?.Key}|{request.SortBy?.Direction}",
                        }
                    )
            )
            .Unary<ExecutionTerminateRequest, ExecutionTerminateResponse>(
                "TerminateExecution",
                (request, _) => throw new RpcException(StatusCode.FailedPrecondition, $"{request.Id.Name}: {request.Cause}")
            )
            .Unary<WorkflowExecutionEventRequest, WorkflowExecutionEventResponse>(
                "CreateWorkflowEvent",
                (_, _) => Task.FromResult(new WorkflowExecutionEventResponse())
            );
        return services;
    }

    private static async Task<ProjectRegisterResponse> Act(ProjectRegisterRequest request, RpcContext context, ScriptedWaits waits)
    {
        switch (request.Project?.Id)
        {
            case "details":
                throw new RpcException(StatusCode.FailedPrecondition, request.Project.Name, Terminal());
            case "bug":
                throw new InvalidOperationException("secret text");
            case "unknown":
                throw new RpcException(StatusCode.Unknown, "must not show");
            case "wait":
                await waits.WaitAsync(request.Project.Name, context.CancellationToken);
                break;
            case "begun" when !waits.Begun.Contains(request.Project.Name):
                throw new RpcException(StatusCode.NotFound, request.Project.Name);
            case "metadata":
                throw new RpcException(
                    StatusCode.Aborted,
                    $"{context.Header("x-note")} {Convert.ToHexString(context.BinaryHeader("x-raw-bin") ?? [])} {context.RequestBytes.Length}"
                );
            default:
                break;
        }

        return new ProjectRegisterResponse();
    }

    private static EventFailureReason Terminal() =>
        new() { AlreadyInTerminalState = new EventErrorAlreadyInTerminalState { CurrentPhase = "SUCCEEDED" } };
}
