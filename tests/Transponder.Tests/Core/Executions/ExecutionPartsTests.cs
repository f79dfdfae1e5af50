using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.Tests.Core.Ingestion;
using Xunit;
using static Transponder.Tests.Core.Ingestion.IngestorFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Executions;

/// <summary>Lists of nodes and tasks, and their data, from the events that propeller sends.</summary>
public sealed class ExecutionPartsTests
{
    [Fact]
    public async Task Nodes_WithoutParent_AreListedByCreation_AndChildrenBelow()
    {
        await using var fixture = await NestedAsync();

        Assert.Equal(["start-node", "n0", "n1"], await NodesAsync(fixture));
        Assert.Equal(["n1-0-n0", "n1-0-n1"], await NodesAsync(fixture, parent: "n1"));
        Assert.Empty(await NodesAsync(fixture, parent: "n0"));
        Assert.Equal(StatusCode.NotFound, (await FailsAsync(() => NodesAsync(fixture, parent: "no"))).Code);
    }

    [Theory]
    [InlineData("eq(phase,SUCCEEDED)", "start-node")]
    [InlineData("eq(node_execution.phase,2)", "n0 n1")]
    [InlineData("value_in(node_id,n0;n1)+ne(node_id,n1)", "n0")]
    [InlineData("gt(node_execution_created_at,2026-01-02T03:04:07Z)", "n1")]
    [InlineData("not_like(node_id,n_)", "start-node")]
    [InlineData("contains(node_id,n)+lte(duration,0)", "")]
    public async Task Nodes_Filtered_AreThoseThatMatch(string filters, string names)
    {
        await using var fixture = await NestedAsync();

        Assert.Equal(names, string.Join(' ', await NodesAsync(fixture, filters: filters)));
    }

    [Theory]
    [InlineData("eq(color,red)", "'color' is an invalid field of node executions")]
    [InlineData("contains(created_at,2026-01-02T03:04:07Z)", "is no text")]
    public async Task Nodes_WronglyFiltered_AreInvalidArgument(string filters, string message)
    {
        await using var fixture = await NestedAsync();

        var failure = await FailsAsync(() => NodesAsync(fixture, filters: filters));

        Assert.Equal((StatusCode.InvalidArgument, true), (failure.Code, failure.Message.Contains(message, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nodes_InPages_AreCompleteInTheOrderAskedFor()
    {
        await using var fixture = await NestedAsync();
        var request = new NodeExecutionListRequest
        {
            WorkflowExecutionId = Key.ToIdentifier(),
            Limit = 2,
            SortBy = new Sort { Key = "node_id", Direction = Sort.Types.Direction.Descending },
        };
        var lists = new NodeExecutionLists(fixture.Store.Executions);

        var first = await lists.ListAsync(request, Token);
        request.Token = first.Token;
        var second = await lists.ListAsync(request, Token);

        Assert.Equal(["start-node", "n1"], first.NodeExecutions.Select(node => node.Id.NodeId));
        Assert.Equal(["n0"], second.NodeExecutions.Select(node => node.Id.NodeId));
        Assert.Equal(("2", ""), (first.Token, second.Token));
        request.Limit = 0;
        Assert.Equal(StatusCode.InvalidArgument, (await FailsAsync(() => lists.ListAsync(request, Token))).Code);
    }

    [Fact]
    public async Task NodesOfATask_AreItsOwn_AndMarkItAsParent()
    {
        await using var fixture = await CreateAsync();
        await fixture.AcceptAsync(Node(NodePhase.Running), TaskEvent(TaskPhase.Running), TaskEvent(TaskPhase.Running, attempt: 1));
        var task = TaskEvent(TaskPhase.Running).Event;
        var id = new TaskExecutionIdentifier
        {
            TaskId = task.TaskId,
            NodeExecutionId = task.ParentNodeExecutionId,
            RetryAttempt = 1,
        };
        var yielded = Node(NodePhase.Running, 5, "n0-1-dn0");
        yielded.Event.ParentTaskMetadata = new ParentTaskExecutionMetadata { Id = id };
        await fixture.AcceptAsync(yielded);
        var nodes = new NodeExecutionLists(fixture.Store.Executions);
        var request = new NodeExecutionForTaskListRequest { TaskExecutionId = id, Limit = 5 };

        Assert.Equal("n0-1-dn0", (await nodes.ListForTaskAsync(request, Token)).NodeExecutions.Single().Id.NodeId);
        Assert.Equal(["n0"], await NodesAsync(fixture));
        var attempts = await TasksAsync(fixture, "");
        Assert.Equal([false, true], attempts.Select(attempt => attempt.IsParent));
        request.TaskExecutionId.RetryAttempt = 2;
        Assert.Equal(StatusCode.NotFound, (await FailsAsync(() => nodes.ListForTaskAsync(request, Token))).Code);
    }

    [Theory]
    [InlineData("", "0 1")]
    [InlineData("eq(retry_attempt,1)", "1")]
    [InlineData("eq(phase,FAILED)+eq(task.name,task)", "0")]
    [InlineData("gte(duration,3)", "0")]
    [InlineData("eq(version,v2)", "")]
    public async Task Tasks_Filtered_AreThoseThatMatch(string filters, string attempts)
    {
        await using var fixture = await CreateAsync();
        var failed = TaskEvent(TaskPhase.Failed, 5);
        failed.Event.Error = new ExecutionError { Message = new string('e', 200) };
        await fixture.AcceptAsync(
            Node(NodePhase.Running),
            TaskEvent(TaskPhase.Running, 2),
            failed,
            TaskEvent(TaskPhase.Running, 6, attempt: 1)
        );

        var tasks = await TasksAsync(fixture, filters);

        Assert.Equal(attempts, string.Join(' ', tasks.Select(task => task.Id.RetryAttempt)));
        Assert.All(tasks.Where(task => task.Closure.Error is not null), task => Assert.Equal(100, task.Closure.Error.Message.Length));
    }

    [Fact]
    public async Task InlineData_IsAnsweredWhole_AndStaysOutOfLists()
    {
        await using var fixture = await CreateAsync();
        var data = Literals(7);
        var (node, more, done) = (Node(NodePhase.Queued), Node(NodePhase.Running, 1), Node(NodePhase.Succeeded, 2));
        (node.Event.InputData, more.Event.InputData, done.Event.OutputData) = (Literals(6), data, Literals(8));
        var (task, ended) = (TaskEvent(TaskPhase.Running), TaskEvent(TaskPhase.Succeeded, 1));
        (task.Event.InputData, ended.Event.OutputUri) = (data, "s3://b/o.pb");
        await fixture.AcceptAsync(node, more, task, ended, done);
        var reader = new ExecutionDataReader(fixture.Store.Executions);

        var ofNode = await reader.OfNodeAsync(new NodeExecutionGetDataRequest { Id = node.Event.Id }, Token);
        Assert.Equal((data, Literals(8)), (ofNode.FullInputs, ofNode.FullOutputs));
        Assert.Null(ofNode.DynamicWorkflow);
        var id = new TaskExecutionIdentifier { TaskId = task.Event.TaskId, NodeExecutionId = node.Event.Id };
        var ofTask = await reader.OfTaskAsync(new TaskExecutionGetDataRequest { Id = id }, Token);
        Assert.Equal((data, "s3://b/o.pb"), (ofTask.FullInputs, ofTask.Outputs.Url));
        Assert.Empty(ofTask.FullOutputs.Literals);
        var stored = (await fixture.Store.Executions.ListNodesAsync(Key, Token)).Single();
        Assert.Equal(data, RecordBody.Extras(stored.Body).Inputs);
        Assert.True(RecordBody.Node(stored.Body).CalculateSize() < stored.Body.Length);
    }

    [Fact]
    public async Task DynamicWorkflow_OfItsNode_IsAnswered()
    {
        await using var fixture = await CreateAsync();
        var workflow = new CompiledWorkflowClosure
        {
            Primary = new CompiledWorkflow { Template = new WorkflowTemplate { Id = new Identifier { Name = "dynamic" } } },
        };
        var running = Node(NodePhase.DynamicRunning, 1);
        running.Event.TaskNodeMetadata = new Flyteidl.Event.TaskNodeMetadata
        {
            DynamicWorkflow = new Flyteidl.Event.DynamicWorkflowNodeMetadata
            {
                CompiledWorkflow = workflow,
                DynamicJobSpecUri = "s3://spec",
            },
        };
        await fixture.AcceptAsync(Node(NodePhase.Running), running, Node(NodePhase.Succeeded, 2), Node(NodePhase.Running, 3, "n1"));
        var reader = new ExecutionDataReader(fixture.Store.Executions);

        var response = await reader.DynamicWorkflowAsync(new GetDynamicNodeWorkflowRequest { Id = running.Event.Id }, Token);
        Assert.Equal(workflow, response.CompiledWorkflow);
        var data = await reader.OfNodeAsync(new NodeExecutionGetDataRequest { Id = running.Event.Id }, Token);
        Assert.Equal(("dynamic", "s3://spec"), (data.DynamicWorkflow.Id.Name, data.DynamicWorkflow.DynamicJobSpecUri));
        var plain = new GetDynamicNodeWorkflowRequest { Id = Node(NodePhase.Running, 3, "n1").Event.Id };
        Assert.Equal(StatusCode.NotFound, (await FailsAsync(() => reader.DynamicWorkflowAsync(plain, Token))).Code);
    }

    [Fact]
    public async Task State_Changed_IsToldWithWhoDidIt()
    {
        await using var fixture = await CreateAsync();

        Assert.Null(await fixture.Ingestor.ChangeStateAsync(Key, ExecutionState.ExecutionArchived, "ada", Token));
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running, 1));

        var closure = await fixture.ClosureAsync();
        Assert.Equal((ExecutionState.ExecutionArchived, "ada"), (closure.StateChangeDetails.State, closure.StateChangeDetails.Principal));
        Assert.Equal(WorkflowPhase.Running, closure.Phase);
        var unknown = await fixture.Ingestor.ChangeStateAsync(Key with { Name = "no" }, ExecutionState.ExecutionActive, "", Token);
        Assert.Equal(StatusCode.NotFound, unknown!.Code);
    }

    private static async Task<IngestorFixture> NestedAsync()
    {
        var fixture = await CreateAsync();
        await fixture.AcceptAsync(
            Node(NodePhase.Succeeded, 1, "start-node"),
            Node(NodePhase.Running, 2),
            Node(NodePhase.Running, 3, "n1"),
            Child(NodePhase.Running, 4, "n1-0-n0"),
            Child(NodePhase.Running, 5, "n1-0-n1"),
            Child(NodePhase.Succeeded, 6, "n1-0-n1")
        );
        return fixture;

        static NodeExecutionEventRequest Child(NodePhase phase, int second, string node)
        {
            var request = Node(phase, second, node);
            request.Event.ParentNodeMetadata = new ParentNodeExecutionMetadata { NodeId = "n1" };
            return request;
        }
    }

    private static async Task<string[]> NodesAsync(IngestorFixture fixture, string parent = "", string filters = "")
    {
        var list = await new NodeExecutionLists(fixture.Store.Executions).ListAsync(
            new NodeExecutionListRequest
            {
                WorkflowExecutionId = Key.ToIdentifier(),
                UniqueParentId = parent,
                Limit = 10,
                Filters = filters,
            },
            Token
        );
        return [.. list.NodeExecutions.Select(node => node.Id.NodeId)];
    }

    private static async Task<IReadOnlyList<Flyteidl.Admin.TaskExecution>> TasksAsync(IngestorFixture fixture, string filters)
    {
        var request = new TaskExecutionListRequest
        {
            NodeExecutionId = Node(NodePhase.Running).Event.Id,
            Limit = 10,
            Filters = filters,
        };
        return (await new TaskExecutionLists(fixture.Store.Executions).ListAsync(request, Token)).TaskExecutions;
    }

    private static LiteralMap Literals(long value) =>
        new() { Literals = { ["x"] = new Literal { Scalar = new Scalar { Primitive = new Primitive { Integer = value } } } } };

    private static Task<RpcException> FailsAsync(Func<Task> act) => Assert.ThrowsAsync<RpcException>(act);
}
