using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.Tests.Core.Ingestion;
using Xunit;
using static Transponder.Tests.Core.Ingestion.IngestorFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Executions;

public sealed class ExecutionMetricsTests
{
    private static readonly ExecutionKey Child = Key with { Name = "child", Project = "other" };

    [Theory]
    [InlineData(0, "e1[0-20]")]
    [InlineData(1, "e1[0-20](WORKFLOW_SETUP[0-2] n0[3-9] n1[10-15] WORKFLOW_TEARDOWN[15-20])")]
    [InlineData(
        2,
        "e1[0-20](WORKFLOW_SETUP[0-2] n0[3-9](NODE_SETUP[3-4] NODE_RESET[6-6] NODE_TEARDOWN[8-9])"
            + " n1[10-15](NODE_SETUP[10-0] child[0-13] NODE_TEARDOWN[13-15]) WORKFLOW_TEARDOWN[15-20])"
    )]
    [InlineData(
        -1,
        "e1[0-20](WORKFLOW_SETUP[0-2] n0[3-9](NODE_SETUP[3-4] task:0[4-6](TASK_SETUP[4-5] TASK_RUNTIME[5-6] TASK_TEARDOWN[6-6]) NODE_RESET[6-6]"
            + " task:1[6-8](TASK_SETUP[6-7] TASK_RUNTIME[7-8] TASK_TEARDOWN[8-8]) NODE_TEARDOWN[8-9])"
            + " n1[10-15](NODE_SETUP[10-0] child[0-13](WORKFLOW_SETUP[0-13]) NODE_TEARDOWN[13-15]) WORKFLOW_TEARDOWN[15-20])"
    )]
    public async Task Spans_GoAsDeepAsAskedFor(int depth, string expected)
    {
        await using var fixture = await RunAsync();

        Assert.Equal(expected, Text((await GetAsync(fixture, Key, depth, _ => true)).Span));
    }

    [Fact]
    public async Task ChildOfAProjectThatIsNotSeen_IsLeftOut()
    {
        await using var fixture = await RunAsync();

        var text = Text((await GetAsync(fixture, Key, -1, project => project == Key.Project)).Span);

        Assert.DoesNotContain("child", text, StringComparison.Ordinal);
        Assert.Contains("n1[10-15](NODE_SETUP[10-15])", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodeThatClaimsItsOwnExecution_EndsTheWalk()
    {
        await using var fixture = await CreateAsync();
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running, 1), Launching(NodePhase.Running, 2, Key));

        Assert.Equal("e1[0-1](WORKFLOW_SETUP[0-2] n1[2-2](NODE_SETUP[2-2]))", Text((await GetAsync(fixture, Key, -1, _ => true)).Span));
    }

    [Fact]
    public async Task Unknown_IsNotFound()
    {
        await using var fixture = await CreateAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => GetAsync(fixture, Key with { Name = "no" }, 1, _ => true));

        Assert.Equal(StatusCode.NotFound, failure.Code);
    }

    private static async Task<IngestorFixture> RunAsync()
    {
        var fixture = await CreateAsync();
        await fixture.AddExecutionAsync(Child);
        await fixture.AcceptAsync(
            Workflow(WorkflowPhase.Running, 1),
            Node(NodePhase.Succeeded, 2, "start-node"),
            Node(NodePhase.Queued, 3),
            TaskEvent(TaskPhase.Queued, 4),
            TaskEvent(TaskPhase.Running, 5),
            TaskEvent(TaskPhase.Failed, 6),
            TaskEvent(TaskPhase.Queued, 6, attempt: 1),
            TaskEvent(TaskPhase.Running, 7, attempt: 1),
            TaskEvent(TaskPhase.Succeeded, 8, attempt: 1),
            Node(NodePhase.Succeeded, 9),
            Launching(NodePhase.Running, 10, Child),
            Workflow(WorkflowPhase.Failed, 13, key: Child),
            Launching(NodePhase.Failed, 15, Child),
            Workflow(WorkflowPhase.Failed, 20)
        );
        return fixture;
    }

    private static NodeExecutionEventRequest Launching(NodePhase phase, int second, ExecutionKey child)
    {
        var request = Node(phase, second, "n1");
        request.Event.WorkflowNodeMetadata = new Flyteidl.Event.WorkflowNodeMetadata { ExecutionId = child.ToIdentifier() };
        return request;
    }

    private static Task<WorkflowExecutionGetMetricsResponse> GetAsync(
        IngestorFixture fixture,
        ExecutionKey key,
        int depth,
        Func<string, bool> sees
    )
    {
        var projects = new ProjectRegistry(fixture.Store.Catalog, DomainOption.Defaults, fixture.Time);
        var workflows = new WorkflowRegistry(fixture.Store.Catalog, projects, fixture.Time);
        var request = new WorkflowExecutionGetMetricsRequest { Id = key.ToIdentifier(), Depth = depth };
        return new ExecutionMetrics(fixture.Store.Executions, workflows).GetAsync(request, sees, Token);
    }

    private static string Text(Span span)
    {
        var name = span.IdCase switch
        {
            Span.IdOneofCase.WorkflowId => span.WorkflowId.Name,
            Span.IdOneofCase.NodeId => span.NodeId.NodeId,
            Span.IdOneofCase.TaskId => $"task:{span.TaskId.RetryAttempt}",
            _ => span.OperationId,
        };
        var times = $"[{Second(span.StartTime)}-{Second(span.EndTime)}]";
        return span.Spans.Count == 0 ? name + times : $"{name}{times}({string.Join(' ', span.Spans.Select(Text))})";
    }

    private static int Second(Google.Protobuf.WellKnownTypes.Timestamp? time) =>
        time is null ? 0 : (int)(time.ToDateTimeOffset() - Start).TotalSeconds;
}
