using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Xunit;
using static Transponder.Tests.Core.Ingestion.IngestorFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Ingestion;

public sealed class EventRefusalTests
{
    /// <summary>Name, events accepted before, the refused event, its code, the phase or cluster in its details.</summary>
    public static TheoryData<string, IMessage[], IMessage, StatusCode, string?> Rows =>
        new()
        {
            { "workflow: no event", [], new WorkflowExecutionEventRequest(), StatusCode.InvalidArgument, null },
            {
                "workflow: no id",
                [],
                new WorkflowExecutionEventRequest { Event = new() },
                StatusCode.InvalidArgument,
                null
            },
            { "workflow: incomplete id", [], Workflow(WorkflowPhase.Running, key: new("p", "", "n")), StatusCode.InvalidArgument, null },
            { "workflow: NUL in id", [], Workflow(WorkflowPhase.Running, key: new("p", "d", "n\0")), StatusCode.InvalidArgument, null },
            {
                "workflow: long id",
                [],
                Workflow(WorkflowPhase.Running, key: new("p", "d", new('n', 257))),
                StatusCode.InvalidArgument,
                null
            },
            { "workflow: inline outputs too large", [], WithOutputs(2000), StatusCode.ResourceExhausted, null },
            { "workflow: unknown", [], Workflow(WorkflowPhase.Running, key: new("p", "d", "n")), StatusCode.NotFound, null },
            { "workflow: no time", [], WithoutTime(), StatusCode.Internal, null },
            { "workflow: same phase", [Workflow(WorkflowPhase.Running)], Workflow(WorkflowPhase.Running), StatusCode.AlreadyExists, null },
            {
                "workflow: same terminal phase",
                [Workflow(WorkflowPhase.Failed)],
                Workflow(WorkflowPhase.Failed),
                StatusCode.AlreadyExists,
                null
            },
            {
                "workflow: other cluster",
                [Workflow(WorkflowPhase.Queued, producer: "c1")],
                Workflow(WorkflowPhase.Running, producer: "c2"),
                StatusCode.FailedPrecondition,
                "cluster:c1"
            },
            {
                "workflow: after the end",
                [Workflow(WorkflowPhase.Failed)],
                Workflow(WorkflowPhase.Succeeded),
                StatusCode.FailedPrecondition,
                "terminal:FAILED"
            },
            {
                "workflow: queued after the end",
                [Workflow(WorkflowPhase.TimedOut)],
                Workflow(WorkflowPhase.Queued),
                StatusCode.FailedPrecondition,
                "terminal:TIMED_OUT"
            },
            {
                "workflow: back to queued",
                [Workflow(WorkflowPhase.Running)],
                Workflow(WorkflowPhase.Queued),
                StatusCode.FailedPrecondition,
                null
            },
            {
                "workflow: revived",
                [Workflow(WorkflowPhase.Aborting)],
                Workflow(WorkflowPhase.Running),
                StatusCode.FailedPrecondition,
                null
            },
            { "node: no event", [], new NodeExecutionEventRequest(), StatusCode.InvalidArgument, null },
            {
                "node: no id",
                [],
                new NodeExecutionEventRequest { Event = new() },
                StatusCode.InvalidArgument,
                null
            },
            { "node: year 10000", [], NodeAt(new Timestamp { Seconds = 253402300800 }), StatusCode.InvalidArgument, null },
            { "node: unknown execution", [], Node(NodePhase.Running, key: new("p", "d", "n")), StatusCode.NotFound, null },
            {
                "node: other cluster",
                [Workflow(WorkflowPhase.Queued, producer: "c1")],
                Node(NodePhase.Running, producer: "c2"),
                StatusCode.FailedPrecondition,
                "cluster:c1"
            },
            { "node: same phase", [Node(NodePhase.Running)], Node(NodePhase.Running), StatusCode.AlreadyExists, null },
            {
                "node: after the end",
                [Node(NodePhase.Skipped)],
                Node(NodePhase.Running),
                StatusCode.FailedPrecondition,
                "terminal:SKIPPED"
            },
            { "node: unknown parent node", [], WithParent("n9"), StatusCode.NotFound, null },
            { "node: unknown child execution", [], WithChild(new("p", "d", "child")), StatusCode.NotFound, null },
            { "node: outputs nested too deep", [], NestedOutputs(60), StatusCode.InvalidArgument, null },
            { "task: no event", [], new TaskExecutionEventRequest(), StatusCode.InvalidArgument, null },
            { "task: no ids", [], TaskWithoutIds(), StatusCode.InvalidArgument, null },
            { "task: unknown node", [], TaskEvent(TaskPhase.Running), StatusCode.NotFound, null },
            {
                "task: other cluster",
                [Workflow(WorkflowPhase.Queued, producer: "c1"), Node(NodePhase.Running, producer: "c1")],
                TaskEvent(TaskPhase.Running, producer: "c2"),
                StatusCode.FailedPrecondition,
                "cluster:c1"
            },
            {
                "task: same phase and version",
                [Node(NodePhase.Running), TaskEvent(TaskPhase.Running, version: 3)],
                TaskEvent(TaskPhase.Running, version: 3),
                StatusCode.AlreadyExists,
                null
            },
            {
                "task: same phase, older version",
                [Node(NodePhase.Running), TaskEvent(TaskPhase.Running, version: 3)],
                TaskEvent(TaskPhase.Running, version: 2),
                StatusCode.AlreadyExists,
                null
            },
            {
                "task: after the end",
                [Node(NodePhase.Running), TaskEvent(TaskPhase.Failed)],
                TaskEvent(TaskPhase.Running),
                StatusCode.FailedPrecondition,
                "terminal:FAILED"
            },
        };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Submit_RefusedEvent_AnswersCodeAndDetailsAndStoresNothing(
        string name,
        IMessage[] before,
        IMessage refused,
        StatusCode code,
        string? detail
    )
    {
        await using var fixture = await CreateAsync();
        await fixture.AcceptAsync(before);

        var failure = await fixture.SendAsync(refused);

        Assert.True(failure is not null, name);
        Assert.Equal(code, failure.Code);
        Assert.NotEmpty(failure.Message);
        Assert.Equal(detail, failure.Details.OfType<EventFailureReason>().Select(Text).SingleOrDefault());
        Assert.Equal(before.Length, (await fixture.Store.Events.ReadAsync(0, null, 100, Token)).Count);
    }

    [Fact]
    public async Task Terminate_UnknownOrEnded_IsRefused()
    {
        await using var fixture = await CreateAsync();
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Succeeded));

        var unknown = await fixture.Ingestor.TerminateAsync(new ExecutionKey("p", "d", "n"), "c", "p", Token);
        var ended = await fixture.Ingestor.TerminateAsync(Key, "c", "p", Token);

        Assert.Equal(StatusCode.NotFound, unknown!.Code);
        Assert.Equal(StatusCode.FailedPrecondition, ended!.Code);
        Assert.Equal("terminal:SUCCEEDED", Text(ended.Details.OfType<EventFailureReason>().Single()));
    }

    private static string Text(EventFailureReason reason) =>
        reason.ReasonCase == EventFailureReason.ReasonOneofCase.IncompatibleCluster
            ? $"cluster:{reason.IncompatibleCluster.Cluster}"
            : $"terminal:{reason.AlreadyInTerminalState.CurrentPhase}";

    private static WorkflowExecutionEventRequest WithOutputs(int bytes)
    {
        var request = Workflow(WorkflowPhase.Succeeded);
        request.Event.OutputData = new LiteralMap
        {
            Literals = { ["o"] = new Literal { Scalar = new() { Primitive = new() { StringValue = new string('x', bytes) } } } },
        };
        return request;
    }

    private static WorkflowExecutionEventRequest WithoutTime()
    {
        var request = Workflow(WorkflowPhase.Running);
        request.Event.OccurredAt = null;
        return request;
    }

    private static NodeExecutionEventRequest NestedOutputs(int depth)
    {
        var request = Node(NodePhase.Running);
        var literal = new Literal();
        for (var i = 0; i < depth; i++)
            literal = new Literal { Collection = new LiteralCollection { Literals = { literal } } };
        request.Event.OutputData = new LiteralMap { Literals = { ["o"] = literal } };
        return request;
    }

    private static NodeExecutionEventRequest NodeAt(Timestamp time)
    {
        var request = Node(NodePhase.Running);
        request.Event.OccurredAt = time;
        return request;
    }

    private static NodeExecutionEventRequest WithParent(string parent)
    {
        var request = Node(NodePhase.Running);
        request.Event.ParentNodeMetadata = new() { NodeId = parent };
        return request;
    }

    private static NodeExecutionEventRequest WithChild(ExecutionKey child)
    {
        var request = Node(NodePhase.Running);
        request.Event.WorkflowNodeMetadata = new() { ExecutionId = child.ToIdentifier() };
        return request;
    }

    private static TaskExecutionEventRequest TaskWithoutIds() =>
        new()
        {
            Event = new() { Phase = TaskPhase.Running, OccurredAt = Timestamp.FromDateTimeOffset(Start) },
        };
}
