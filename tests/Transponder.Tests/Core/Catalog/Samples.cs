using Flyteidl.Admin;
using Flyteidl.Core;

namespace Transponder.Tests.Core.Catalog;

/// <summary>Small requests that are right in every respect, to be bent by tests.</summary>
internal static class Samples
{
    public static LiteralType IntegerType => new() { Simple = SimpleType.Integer };

    public static Identifier Id(ResourceType type, string name, string version = "v1") =>
        new()
        {
            ResourceType = type,
            Project = CatalogFixture.Project,
            Domain = CatalogFixture.Domain,
            Name = name,
            Version = version,
        };

    public static TypedInterface Interface(string[] inputs, string[] outputs)
    {
        var type = new TypedInterface { Inputs = new VariableMap(), Outputs = new VariableMap() };
        foreach (var input in inputs)
            type.Inputs.Variables[input] = new Variable { Type = IntegerType };
        foreach (var output in outputs)
            type.Outputs.Variables[output] = new Variable { Type = IntegerType };
        return type;
    }

    public static TaskCreateRequest Task(string name) =>
        new()
        {
            Id = Id(ResourceType.Task, name),
            Spec = new TaskSpec
            {
                Template = new TaskTemplate
                {
                    Type = "python-task",
                    Metadata = new TaskMetadata { Runtime = new RuntimeMetadata { Version = "1.0" } },
                    Interface = Interface(["x"], ["y"]),
                    Container = new Container { Image = "image:1" },
                },
            },
        };

    /// <summary>A node that runs a task; each input is (variable, node, output), the node empty for the workflow's input.</summary>
    public static Node Run(string id, string task, params (string Variable, string Node, string Output)[] inputs)
    {
        var node = new Node
        {
            Id = id,
            TaskNode = new TaskNode { ReferenceId = Id(ResourceType.Task, task) },
        };
        node.Inputs.AddRange(inputs.Select(i => Bind(i.Variable, i.Node, i.Output)));
        return node;
    }

    public static Binding Bind(string variable, string node, string output) =>
        new()
        {
            Var = variable,
            Binding_ = new BindingData
            {
                Promise = new OutputReference { NodeId = node, Var = output },
            },
        };

    /// <summary>A workflow (x → y) whose output comes from its last node.</summary>
    public static WorkflowCreateRequest Workflow(string name, params Node[] nodes)
    {
        var template = new WorkflowTemplate { Interface = Interface(["x"], ["y"]) };
        template.Nodes.AddRange(nodes);
        if (nodes.Length > 0)
            template.Outputs.Add(Bind("y", nodes[^1].Id, "y"));
        return new WorkflowCreateRequest
        {
            Id = Id(ResourceType.Workflow, name),
            Spec = new WorkflowSpec { Template = template },
        };
    }

    public static LaunchPlanCreateRequest LaunchPlan(string name, string workflow, string version = "v1") =>
        new()
        {
            Id = Id(ResourceType.LaunchPlan, name, version),
            Spec = new LaunchPlanSpec { WorkflowId = Id(ResourceType.Workflow, workflow), EntityMetadata = new LaunchPlanMetadata() },
        };

    public static ExecutionCreateRequest Execution(string name, string launchPlan) =>
        new()
        {
            Project = CatalogFixture.Project,
            Domain = CatalogFixture.Domain,
            Name = name,
            Spec = new ExecutionSpec { LaunchPlan = Id(ResourceType.LaunchPlan, launchPlan) },
        };

    public static Literal Integer(long value) => new() { Scalar = new Scalar { Primitive = new Primitive { Integer = value } } };

    public static Literal Text(string value) => new() { Scalar = new Scalar { Primitive = new Primitive { StringValue = value } } };

    public static LiteralMap Literals(params (string Name, Literal Value)[] literals)
    {
        var map = new LiteralMap();
        foreach (var (name, value) in literals)
            map.Literals[name] = value;
        return map;
    }

    public static Parameter Default(Literal value) =>
        new()
        {
            Var = new Variable { Type = IntegerType },
            Default = value,
        };

    public static Notification Email(WorkflowPhase phase, params string[] recipients) =>
        new()
        {
            Phases = { phase },
            Email = new EmailNotification { RecipientsEmail = { recipients } },
        };
}
