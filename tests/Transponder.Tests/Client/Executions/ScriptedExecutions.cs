using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Service;
using Transponder.Protocol;
using Transponder.Server.Wire;
using Execution = Flyteidl.Admin.Execution;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Client.Executions;

/// <summary>An admin whose one execution is in the next phase of a script at each look; the last one stays.</summary>
internal static class ScriptedExecutions
{
    /// <param name="looks">What each look finds: a phase, or what the server answers instead.</param>
    /// <param name="created">Takes the requests that start executions; null = nobody.</param>
    public static RpcServices Services(IReadOnlyList<object> looks, Action<ExecutionCreateRequest>? created = null)
    {
        var look = 0;
        var services = new RpcServices();
        services
            .Add(AdminReflection.Descriptor.Services[0])
            .Unary<WorkflowExecutionGetRequest, Execution>(
                "GetExecution",
                (request, _) =>
                    looks[Math.Min(look++, looks.Count - 1)] switch
                    {
                        WorkflowPhase phase => Task.FromResult(Of(request.Id, phase)),
                        var failure => throw (Exception)failure,
                    }
            )
            .Unary<WorkflowExecutionGetDataRequest, WorkflowExecutionGetDataResponse>(
                "GetExecutionData",
                (_, _) => throw new RpcException(StatusCode.NotFound, "the bucket is gone")
            )
            .Unary<ObjectGetRequest, LaunchPlan>("GetLaunchPlan", (request, _) => Task.FromResult(Plan(request.Id)))
            .Unary<ExecutionCreateRequest, ExecutionCreateResponse>(
                "CreateExecution",
                (request, _) =>
                {
                    created?.Invoke(request);
                    return Task.FromResult(new ExecutionCreateResponse { Id = Id });
                }
            );
        return services;
    }

    public static WorkflowExecutionIdentifier Id { get; } =
        new()
        {
            Project = "p",
            Domain = "d",
            Name = "run",
        };

    private static Execution Of(WorkflowExecutionIdentifier id, WorkflowPhase phase) =>
        new()
        {
            Id = id,
            Closure = new ExecutionClosure { Phase = phase },
        };

    private static LaunchPlan Plan(Identifier id)
    {
        var integer = new Variable { Type = new LiteralType { Simple = SimpleType.Integer } };
        var one = new Literal { Scalar = new Scalar { Primitive = new Primitive { Integer = 1 } } };
        return new LaunchPlan
        {
            Id = id,
            Spec = new LaunchPlanSpec { FixedInputs = new LiteralMap { Literals = { ["fixed"] = one } } },
            Closure = new LaunchPlanClosure
            {
                ExpectedInputs = new ParameterMap
                {
                    Parameters =
                    {
                        ["a"] = new Parameter { Var = integer, Required = true },
                        ["b"] = new Parameter { Var = integer, Default = one },
                    },
                },
            },
        };
    }
}
