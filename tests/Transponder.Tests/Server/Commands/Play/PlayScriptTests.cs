using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Server.Commands.Play;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Commands.Play;

public sealed class PlayScriptTests
{
    private static readonly WorkflowExecutionIdentifier Id = new()
    {
        Project = "p",
        Domain = "d",
        Name = "n",
    };

    [Fact]
    public void Steps_OfOneSeed_AreTheSameEachTime()
    {
        foreach (var shape in Enum.GetValues<PlayShape>())
            Assert.Equal(Bytes(shape, seed: 7), Bytes(shape, seed: 7));
        Assert.NotEqual(Bytes(PlayShape.Linear, seed: 1), Bytes(PlayShape.Linear, seed: 3));

        static IEnumerable<ByteString> Bytes(PlayShape shape, int seed) =>
            Steps(shape, ScriptOutcome.Failed, seed, retries: 0.5).Select(step => step.Request.ToByteString());
    }

    [Fact]
    public void Steps_OfEveryShapeAndOutcome_EndInIt()
    {
        foreach (var shape in Enum.GetValues<PlayShape>())
        foreach (var outcome in Enum.GetValues<ScriptOutcome>())
        {
            var last = Steps(shape, outcome)[^1];
            Assert.Equal(("workflow", outcome.ToString()), (last.Subject, last.Phase));
        }
    }

    [Fact]
    public void Steps_OfASubworkflow_NameTheParentOfItsNodes()
    {
        var inner = Nodes(PlayShape.Subworkflow).Where(node => node.ParentNodeMetadata is not null).ToList();

        Assert.Equal(["n0-0-start-node", "n0-0-n0", "n0-0-n1", "n0-0-end-node"], inner.Select(node => node.Id.NodeId).Distinct());
        Assert.All(inner, node => Assert.Equal("n0", node.ParentNodeMetadata.NodeId));
        Assert.Contains(inner, node => node.SpecNodeId == "n1");
    }

    [Fact]
    public void Steps_OfADynamicNode_RunWhatTheTaskMadeUp()
    {
        var parent = Nodes(PlayShape.Dynamic).Where(node => node.Id.NodeId == "n0").ToList();

        Assert.Equal(["Queued", "Running", "DynamicRunning", "Succeeded"], parent.Select(node => node.Phase.ToString()));
        Assert.NotEmpty(parent[2].TaskNodeMetadata.DynamicWorkflow.DynamicJobSpecUri);
    }

    [Fact]
    public void Steps_OfAMapTask_RaiseThePhasesVersionAndCountItsParts()
    {
        var running = Tasks(PlayShape.Map)
            .Where(task => task.TaskType == PlayScript.MapTaskType && task.Phase == TaskPhase.Running)
            .ToList();

        Assert.Equal([0u, 1u, 2u], running.Select(task => task.PhaseVersion));
        Assert.All(running, task => Assert.Equal(10, task.Metadata.ExternalResources.Count));
    }

    [Fact]
    public void Steps_WithRetries_CountTheAttempts()
    {
        var attempts = Steps(PlayShape.Linear, ScriptOutcome.Succeeded, retries: 1)
            .Select(step => step.Request)
            .OfType<TaskExecutionEventRequest>()
            .Where(request => request.Event.ParentNodeExecutionId.NodeId == "n0")
            .Select(request => (request.Event.RetryAttempt, request.Event.Phase))
            .ToList();

        Assert.Equal([0u, 1u, 2u], attempts.Where(one => one.Phase == TaskPhase.RetryableFailed).Select(one => one.RetryAttempt));
        Assert.Contains((3u, TaskPhase.Succeeded), attempts);
    }

    [Fact]
    public void Steps_OfALaunchPlanNode_CreateTheChildBeforeReferringToIt()
    {
        var steps = Steps(PlayShape.LaunchPlan, ScriptOutcome.Succeeded);
        var created = steps.FindIndex(step => step.Request is ExecutionCreateRequest);
        var referred = steps.FindIndex(step => step.Request is NodeExecutionEventRequest { Event.WorkflowNodeMetadata: not null });

        Assert.InRange(created, 1, referred - 1);
        Assert.Equal("n-n0", ((ExecutionCreateRequest)steps[created].Request).Name);
    }

    private static IEnumerable<Flyteidl.Event.NodeExecutionEvent> Nodes(PlayShape shape) =>
        Steps(shape, ScriptOutcome.Succeeded).Select(step => step.Request).OfType<NodeExecutionEventRequest>().Select(one => one.Event);

    private static IEnumerable<Flyteidl.Event.TaskExecutionEvent> Tasks(PlayShape shape) =>
        Steps(shape, ScriptOutcome.Succeeded).Select(step => step.Request).OfType<TaskExecutionEventRequest>().Select(one => one.Event);

    private static List<ScriptStep> Steps(PlayShape shape, ScriptOutcome outcome, int seed = 1, double retries = 0)
    {
        var options = new PlayOptions { Retries = retries };
        return [.. new PlayScript(options, new PlayCatalog(options), new Random(seed), new FakeTimeProvider()).Steps(Id, shape, outcome)];
    }
}
