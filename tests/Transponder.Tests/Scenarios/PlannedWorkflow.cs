using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client;
using Transponder.Client.LaunchPlans;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>A workflow with the inputs that a launch plan in C# is written for; its output is its first input.</summary>
public static class PlannedWorkflow
{
    private const string Name = "my_workflow";

    /// <summary>The inputs of the example: one number.</summary>
    public static VariableMap Example { get; } = Inputs(("a", new LiteralType { Simple = SimpleType.Integer }));

    /// <summary>Inputs of these names and types, each described by its name as flytekit does.</summary>
    public static VariableMap Inputs(params IEnumerable<(string Name, LiteralType Type)> inputs) =>
        new()
        {
            Variables = { inputs.ToDictionary(input => input.Name, input => new Variable { Type = input.Type, Description = input.Name }) },
        };

    /// <summary>Registers project, task and workflow, and fetches the workflow.</summary>
    public static async Task<WorkflowReference> RegisterAsync(AdminClient admin, VariableMap inputs)
    {
        foreach (var step in Platform.Registration().Take(2))
            await Platform.SendAsync(admin, step.Request);
        await admin.CreateWorkflowAsync(Creation(inputs), ScenarioServer.Token);
        return await WorkflowReference.FetchAsync(admin, Platform.Project, Platform.Domain, Name, cancellationToken: ScenarioServer.Token);
    }

    /// <summary>Reports that an execution succeeded with a number as its output.</summary>
    public static Task SucceedAsync(AdminClient admin, string name, long output)
    {
        var request = Platform.Event(name, WorkflowPhase.Succeeded);
        request.Event.OutputData = new LiteralMap
        {
            Literals = { ["o0"] = new Literal { Scalar = new Scalar { Primitive = new Primitive { Integer = output } } } },
        };
        return Platform.SendAsync(admin, request);
    }

    private static WorkflowCreateRequest Creation(VariableMap inputs)
    {
        var id = Platform.WorkflowId.Clone();
        id.Name = Name;
        var first = inputs.Variables.First();
        var node = new Flyteidl.Core.Node
        {
            Id = "n0",
            TaskNode = new TaskNode { ReferenceId = Platform.TaskId },
        };
        var output = new Binding
        {
            Var = "o0",
            Binding_ = new BindingData { Promise = new OutputReference { Var = first.Key } },
        };
        var template = new WorkflowTemplate
        {
            Id = id,
            Interface = new TypedInterface
            {
                Inputs = inputs,
                Outputs = new VariableMap { Variables = { ["o0"] = first.Value } },
            },
            Nodes = { node },
            Outputs = { output },
        };
        return new WorkflowCreateRequest
        {
            Id = id,
            Spec = new WorkflowSpec { Template = template },
        };
    }
}
