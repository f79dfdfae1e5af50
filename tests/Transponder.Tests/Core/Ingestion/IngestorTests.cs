using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;
using static Transponder.Tests.Core.Ingestion.IngestorFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Ingestion;

public sealed class IngestorTests
{
    [Fact]
    public async Task Workflow_PropellersOrder_ReachesTheEndWithTimesAndOutputs()
    {
        await using var fixture = await CreateAsync();
        var end = Workflow(WorkflowPhase.Succeeded, 70);
        end.Event.OutputUri = "s3://b/o";

        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running, 5), Workflow(WorkflowPhase.Succeeding, 60), end);

        var closure = await fixture.ClosureAsync();
        Assert.Equal(WorkflowPhase.Succeeded, closure.Phase);
        Assert.Equal(Start.AddSeconds(5), closure.StartedAt.ToDateTimeOffset());
        Assert.Equal(TimeSpan.FromSeconds(65), closure.Duration.ToTimeSpan());
        Assert.Equal("s3://b/o", closure.Outputs.Uri);
    }

    [Fact]
    public async Task Workflow_NamedCluster_IsRecordedByTheFirstEvent()
    {
        await using var fixture = await CreateAsync();

        await fixture.AcceptAsync(Workflow(WorkflowPhase.Queued, producer: "c1"), Workflow(WorkflowPhase.Queued, producer: "c2"));
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running, producer: "c2"));

        Assert.Equal("c2", (await fixture.Store.Executions.GetAsync(Key, Token))!.Cluster);
    }

    [Fact]
    public async Task Log_AcceptedEvents_KeepOrderSequenceAndBytes()
    {
        await using var fixture = await CreateAsync();
        var request = Workflow(WorkflowPhase.Running);
        request.RequestId = "r1";
        var bytes = request.ToByteArray();

        Assert.Null(await fixture.Ingestor.SubmitWorkflowAsync(request, bytes, Token));
        await fixture.AcceptAsync(Node(NodePhase.Running), TaskEvent(TaskPhase.Queued), TaskEvent(TaskPhase.Running));
        Assert.NotNull(await fixture.SendAsync(Node(NodePhase.Running)));

        var log = await fixture.Store.Events.ReadAsync(0, null, 100, Token);
        Assert.Equal([1L, 2, 3, 4], log.Select(entry => entry.Sequence));
        Assert.Equal([EventKind.Workflow, EventKind.Node, EventKind.Task, EventKind.Task], log.Select(entry => entry.Kind));
        Assert.Equal(4, log.Select(entry => entry.Id).Distinct().Count());
        Assert.Equal(bytes, log[0].Request);
        Assert.True(log.Zip(log.Skip(1)).All(pair => pair.First.Position < pair.Second.Position));
    }

    [Fact]
    public async Task Task_SamePhaseWithHigherVersion_IsAccepted()
    {
        await using var fixture = await CreateAsync();
        await fixture.AcceptAsync(Node(NodePhase.Running), TaskEvent(TaskPhase.Running), TaskEvent(TaskPhase.Running, version: 1));

        var failure = await fixture.SendAsync(TaskEvent(TaskPhase.Running, version: 1));

        Assert.Equal(StatusCode.AlreadyExists, failure!.Code);
    }

    [Fact]
    public async Task Task_EachAttempt_IsItsOwn()
    {
        await using var fixture = await CreateAsync();

        await fixture.AcceptAsync(
            Node(NodePhase.Running),
            TaskEvent(TaskPhase.Running),
            TaskEvent(TaskPhase.Failed),
            TaskEvent(TaskPhase.Running, attempt: 1),
            TaskEvent(TaskPhase.Succeeded, attempt: 1)
        );

        var task = new EntityKey(Key.Project, Key.Domain, "task", "v1");
        var first = await fixture.Store.Executions.GetTaskAsync(new TaskKey(new NodeKey(Key, "n0"), task, 0), Token);
        var second = await fixture.Store.Executions.GetTaskAsync(new TaskKey(new NodeKey(Key, "n0"), task, 1), Token);
        Assert.Equal((TaskPhase.Failed, TaskPhase.Succeeded), (first!.Phase, second!.Phase));
    }

    [Fact]
    public async Task Task_LogsAndReasons_AreMergedOverEvents()
    {
        await using var fixture = await CreateAsync();
        var first = TaskEvent(TaskPhase.Queued);
        first.Event.Reasons.Add(new Flyteidl.Event.EventReason { Reason = "queued" });
        var second = TaskEvent(TaskPhase.Running, 1);
        second.Event.Logs.Add(new TaskLog { Name = "pod", Uri = "http://l" });
        var third = TaskEvent(TaskPhase.Running, 2, version: 1);
        third.Event.Logs.Add(new TaskLog { Name = "pod", Uri = "http://l" });
        third.Event.Reasons.Add(new Flyteidl.Event.EventReason { Reason = "pulled" });

        await fixture.AcceptAsync(Node(NodePhase.Running), first, second, third);

        var key = new TaskKey(new NodeKey(Key, "n0"), new EntityKey(Key.Project, Key.Domain, "task", "v1"), 0);
        var row = await fixture.Store.Executions.GetTaskAsync(key, Token);
        var closure = Flyteidl.Admin.TaskExecution.Parser.ParseFrom(row!.Body).Closure;
        Assert.Single(closure.Logs);
        Assert.Equal(["queued", "pulled"], closure.Reasons.Select(reason => reason.Message));
    }

    [Fact]
    public async Task Terminate_ThenPropellersAborted_NotifiesOnceWithCauseKept()
    {
        await using var fixture = await CreateAsync(Email(WorkflowPhase.Aborted, "a@example.com"));
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running));

        Assert.Null(await fixture.Ingestor.TerminateAsync(Key, "too slow", "ada", Token));
        Assert.Null(await fixture.Ingestor.TerminateAsync(Key, "again", "bob", Token));
        Assert.Equal(WorkflowPhase.Aborting, (await fixture.ClosureAsync()).Phase);
        var aborted = Workflow(WorkflowPhase.Aborted, 9);
        aborted.Event.Error = new ExecutionError { Code = "Aborted", Message = "x" };
        await fixture.AcceptAsync(aborted);

        var closure = await fixture.ClosureAsync();
        Assert.Equal(("too slow", "ada"), (closure.AbortMetadata.Cause, closure.AbortMetadata.Principal));
        // Whoever sent the event has the answer first.
        await Eventually.TrueAsync(() => !fixture.Committed.IsEmpty, "the delivery to be handed over");
        Assert.Single(fixture.Committed);
        Assert.Single(await fixture.Store.Deliveries.ForExecutionAsync(Key, Token));
    }

    [Fact]
    public async Task Terminate_NobodyReports_IsEndedAfterTheGrace()
    {
        await using var fixture = await CreateAsync(Email(WorkflowPhase.Aborted, "a@example.com"));
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running));
        await fixture.Ingestor.TerminateAsync(Key, "c", "p", Token);
        var sweeper = new Transponder.Core.Ingestion.AbortSweeper(
            fixture.Store.Executions,
            fixture.Ingestor,
            fixture.Options,
            fixture.Time,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Transponder.Core.Ingestion.AbortSweeper>.Instance
        );

        fixture.Time.Advance(fixture.Options.AbortGrace - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await sweeper.SweepAsync(Token));
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await sweeper.SweepAsync(Token));
        Assert.Equal(0, await sweeper.SweepAsync(Token));

        Assert.Equal(WorkflowPhase.Aborted, (await fixture.ClosureAsync()).Phase);
        Assert.Single(await fixture.Store.Deliveries.ForExecutionAsync(Key, Token));
        var late = await fixture.SendAsync(Workflow(WorkflowPhase.Aborted, 99));
        Assert.Equal(StatusCode.AlreadyExists, late!.Code);
    }

    [Fact]
    public async Task Racing_SixtyFourTerminalEvents_OneWinsAndNotifiesOnce()
    {
        await using var fixture = await CreateAsync(Email(WorkflowPhase.Failed, "a@example.com", "b@example.com"));
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running));

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(_ => Task.Run(() => fixture.SendAsync(Workflow(WorkflowPhase.Failed, 9))))
        );

        Assert.Single(answers, answer => answer is null);
        Assert.All(answers.OfType<RpcException>(), answer => Assert.Equal(StatusCode.AlreadyExists, answer.Code));
        Assert.Equal(2, (await fixture.Store.Deliveries.ForExecutionAsync(Key, Token)).Count);
    }

    [Fact]
    public async Task Notifications_OnlyMatchingPhases_MakeDeliveries()
    {
        await using var fixture = await CreateAsync(
            Email(WorkflowPhase.Failed, "f@example.com"),
            Email(WorkflowPhase.Succeeded, "s@example.com", "s@example.com")
        );

        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running), Workflow(WorkflowPhase.Succeeded, 3));

        var delivery = Assert.Single(await fixture.Store.Deliveries.ForExecutionAsync(Key, Token));
        Assert.Equal((1, "s@example.com"), (delivery.Notification, delivery.Target));
    }
}
