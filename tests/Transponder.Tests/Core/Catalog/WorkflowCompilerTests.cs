using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Protocol;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Catalog;

public sealed class WorkflowCompilerTests
{
    [Fact]
    public async Task Diamond_Compiled_ConnectsBothWays()
    {
        await using var fixture = await CreateAsync();
        await fixture.Tasks.CreateAsync(Samples.Task("t"), Token);
        var compiled = await CompileAsync(
            fixture,
            Samples.Workflow(
                "wf",
                Samples.Run("n0", "t", ("x", "", "x")),
                Samples.Run("n1", "t", ("x", "n0", "y")),
                Samples.Run("n2", "t", ("x", "n0", "y")),
                Samples.Run("n3", "t", ("x", "n2", "y"))
            )
        );

        Assert.Equal(["start-node", "end-node", "n0", "n1", "n2", "n3"], compiled.Primary.Template.Nodes.Select(n => n.Id));
        Assert.Equal(["n0:n1,n2", "n1:end-node", "n2:n3", "n3:end-node", "start-node:n0"], Lines(compiled.Primary.Connections.Downstream));
        Assert.Equal(["end-node:n1,n3", "n0:start-node", "n1:n0", "n2:n0", "n3:n2"], Lines(compiled.Primary.Connections.Upstream));
        Assert.Equal("y", Assert.Single(compiled.Primary.Template.Nodes[1].Inputs).Var);
        Assert.Equal("start-node", compiled.Primary.Template.Nodes[2].Inputs[0].Binding_.Promise.NodeId);
        Assert.Equal("t", Assert.Single(compiled.Tasks).Template.Id.Name);
        Assert.Equal("wf", compiled.Primary.Template.Id.Name);
    }

    [Fact]
    public async Task NodeWithoutInputs_Compiled_FollowsStartAndPrecedesEnd()
    {
        await using var fixture = await CreateAsync();
        var request = Samples.Task("quiet");
        request.Spec.Template.Interface = Samples.Interface([], []);
        await fixture.Tasks.CreateAsync(request, Token);
        var workflow = Samples.Workflow("wf", Samples.Run("a", "quiet"), Samples.Run("b", "quiet"));
        workflow.Spec.Template.Interface = Samples.Interface([], []);
        workflow.Spec.Template.Outputs.Clear();
        workflow.Spec.Template.Nodes[1].UpstreamNodeIds.Add("a");

        var compiled = await CompileAsync(fixture, workflow);

        Assert.Equal(["a:b", "b:end-node", "start-node:a"], Lines(compiled.Primary.Connections.Downstream));
        Assert.Equal(["a:start-node", "b:a", "end-node:b"], Lines(compiled.Primary.Connections.Upstream));
    }

    [Fact]
    public async Task Branch_Compiled_InnerNodesKnowOnlyWhatTheyNeed()
    {
        await using var fixture = await CreateAsync();
        await fixture.Tasks.CreateAsync(Samples.Task("t"), Token);
        await fixture.Tasks.CreateAsync(Samples.Task("u"), Token);
        var branch = new Node
        {
            Id = "n1",
            BranchNode = new BranchNode
            {
                IfElse = new IfElseBlock
                {
                    Case = new IfBlock { Condition = new BooleanExpression(), ThenNode = Samples.Run("n0", "t", ("x", "n0", "y")) },
                    ElseNode = Samples.Run("n2", "u", ("x", "", "x")),
                },
            },
        };
        branch.Inputs.Add(Samples.Bind(".n0.y", "n0", "y"));

        var compiled = await CompileAsync(fixture, Samples.Workflow("wf", Samples.Run("n0", "t", ("x", "", "x")), branch));

        Assert.Equal(["n0:n1", "n1:end-node", "start-node:n0"], Lines(compiled.Primary.Connections.Downstream));
        Assert.Equal(
            ["end-node:n1", "n0:start-node", "n1-n0:n0", "n1-n2:start-node", "n1:n0"],
            Lines(compiled.Primary.Connections.Upstream)
        );
        Assert.Equal("n1-n0", compiled.Primary.Template.Nodes[3].BranchNode.IfElse.Case.ThenNode.Id);
        Assert.Equal(["t", "u"], compiled.Tasks.Select(t => t.Template.Id.Name));
    }

    [Fact]
    public async Task SubWorkflow_Compiled_HasItsOwnStartAndEnd()
    {
        await using var fixture = await CreateAsync();
        await fixture.Tasks.CreateAsync(Samples.Task("t"), Token);
        var inner = Samples.Workflow("inner", Samples.Run("m0", "t", ("x", "", "x"))).Spec.Template;
        inner.Id = Samples.Id(ResourceType.Workflow, "inner");
        var node = new Node
        {
            Id = "n0",
            WorkflowNode = new WorkflowNode { SubWorkflowRef = inner.Id },
        };
        node.Inputs.Add(Samples.Bind("x", "", "x"));
        var request = Samples.Workflow("wf", node);
        request.Spec.SubWorkflows.Add(inner);

        var compiled = await CompileAsync(fixture, request);

        var sub = Assert.Single(compiled.SubWorkflows);
        Assert.Equal(["start-node", "end-node", "m0"], sub.Template.Nodes.Select(n => n.Id));
        Assert.Equal(["m0:end-node", "start-node:m0"], Lines(sub.Connections.Downstream));
        Assert.Equal("t", Assert.Single(compiled.Tasks).Template.Id.Name);
    }

    [Fact]
    public async Task LaunchPlanNode_Compiled_CarriesTheLaunchPlan()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        var node = new Node
        {
            Id = "n0",
            WorkflowNode = new WorkflowNode { LaunchplanRef = Samples.Id(ResourceType.LaunchPlan, "lp") },
        };

        var compiled = await CompileAsync(fixture, Samples.Workflow("outer", node));

        Assert.Equal("lp", Assert.Single(compiled.LaunchPlans).Template.Id.Name);
    }

    [Fact]
    public async Task FailureNode_Compiled_KnowsItsInputsOnly()
    {
        await using var fixture = await CreateAsync();
        await fixture.Tasks.CreateAsync(Samples.Task("t"), Token);
        var request = Samples.Workflow("wf", Samples.Run("n0", "t", ("x", "", "x")));
        request.Spec.Template.FailureNode = Samples.Run("fn0", "t", ("x", "", "x"));

        var compiled = await CompileAsync(fixture, request);

        Assert.Equal(["n0:end-node", "start-node:n0"], Lines(compiled.Primary.Connections.Downstream));
        Assert.Equal(["end-node:n0", "fn0:start-node", "n0:start-node"], Lines(compiled.Primary.Connections.Upstream));
    }

    public static TheoryData<string, string> Broken =>
        new()
        {
            { "no nodes", "workflow wf has no nodes" },
            { "missing task", "node n0 refers to task flytesnacks/development/absent/v1, which is not registered" },
            { "missing launch plan", "node n0 refers to launch plan flytesnacks/development/absent/v1" },
            { "missing sub-workflow", "node n0 refers to sub-workflow flytesnacks/development/absent/v1" },
            { "two of one id", "two nodes have the id n0" },
            { "no id", "a node has no id" },
            { "no target", "node n0 has no target" },
            { "unknown upstream", "node n0 names nowhere as upstream" },
            { "unknown promise", "node n0 takes an input from node nowhere" },
            { "unknown output", "takes z from node start-node" },
            { "unknown input", "node n0: q is bound, but it takes no such input" },
            { "unbound input", "node n0: input x is not bound" },
            { "bound twice", "node n0: input x is bound more than once" },
            { "wrong type", "node n0: input x is a INTEGER, but it is bound to a STRING" },
            { "unbound output", "node end-node: input y is not bound" },
            { "cycle", "workflow wf has a cycle: n0, n1" },
            { "own cycle", "workflow wf has a cycle: n0" },
            { "branch without default", "node n0: its branch has neither else_node nor error" },
            { "recursion", "sub-workflows contain one another: wf > inner > inner" },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task BrokenWorkflow_Created_IsRefusedByName(string how, string message)
    {
        await using var fixture = await CreateAsync();
        await fixture.Tasks.CreateAsync(Samples.Task("t"), Token);
        var request = Samples.Workflow("wf", Samples.Run("n0", "t", ("x", "", "x")));
        Break(request.Spec, how);

        await FailsAsync(StatusCode.InvalidArgument, message, () => fixture.Workflows.CreateAsync(request, "", Token));
    }

    private static void Break(WorkflowSpec spec, string how)
    {
        var nodes = spec.Template.Nodes;
        switch (how)
        {
            case "no nodes":
                nodes.Clear();
                break;
            case "missing task":
                nodes[0].TaskNode.ReferenceId.Name = "absent";
                break;
            case "missing launch plan":
                nodes[0].WorkflowNode = new WorkflowNode { LaunchplanRef = Samples.Id(ResourceType.LaunchPlan, "absent") };
                break;
            case "missing sub-workflow":
                nodes[0].WorkflowNode = new WorkflowNode { SubWorkflowRef = Samples.Id(ResourceType.Workflow, "absent") };
                break;
            case "two of one id":
                nodes.Add(nodes[0].Clone());
                break;
            case "no id":
                nodes[0].Id = "";
                break;
            case "no target":
                nodes[0].ClearTarget();
                break;
            case "unknown upstream":
                nodes[0].UpstreamNodeIds.Add("nowhere");
                break;
            case "unknown promise":
                nodes[0].Inputs[0].Binding_.Promise.NodeId = "nowhere";
                break;
            case "unknown output":
                nodes[0].Inputs[0].Binding_.Promise.Var = "z";
                break;
            case "unknown input":
                nodes[0].Inputs.Add(Samples.Bind("q", "", "x"));
                break;
            case "unbound input":
                nodes[0].Inputs.Clear();
                break;
            case "bound twice":
                nodes[0].Inputs.Add(nodes[0].Inputs[0].Clone());
                break;
            case "wrong type":
                nodes[0].Inputs[0].Binding_ = new BindingData { Scalar = Samples.Text("1").Scalar };
                break;
            case "unbound output":
                spec.Template.Outputs.Clear();
                break;
            case "cycle":
                nodes.Add(Samples.Run("n1", "t", ("x", "n0", "y")));
                nodes[0].UpstreamNodeIds.Add("n1");
                break;
            case "own cycle":
                nodes[0].UpstreamNodeIds.Add("n0");
                break;
            case "branch without default":
                nodes[0].BranchNode = new BranchNode
                {
                    IfElse = new IfElseBlock
                    {
                        Case = new IfBlock { Condition = new BooleanExpression(), ThenNode = Samples.Run("m", "t", ("x", "", "x")) },
                    },
                };
                break;
            case "recursion":
                var inner = Samples.Workflow("inner", new Node { Id = "m" }).Spec.Template;
                inner.Id = Samples.Id(ResourceType.Workflow, "inner");
                inner.Nodes[0].WorkflowNode = new WorkflowNode { SubWorkflowRef = inner.Id };
                spec.SubWorkflows.Add(inner);
                nodes[0].WorkflowNode = new WorkflowNode { SubWorkflowRef = inner.Id };
                break;
            default:
                Assert.Fail(how);
                break;
        }
    }

    private static async Task<CompiledWorkflowClosure> CompileAsync(CatalogFixture fixture, WorkflowCreateRequest request)
    {
        await fixture.Workflows.CreateAsync(request, "", Token);
        var read = await fixture.Workflows.GetAsync(new ObjectGetRequest { Id = request.Id }, Token);
        return read.Closure.CompiledWorkflow;
    }

    private static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, ConnectionSet.Types.IdList>> connections) =>
        connections.Select(c => $"{c.Key}:{string.Join(",", c.Value.Ids)}").Order(StringComparer.Ordinal);
}
