using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
using TaskPhase = Flyteidl.Core.TaskExecution.Types.Phase;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Play;

/// <summary>
/// Everything that propeller would report of one execution of a shape, in order, its children's included. What is left to chance is decided by the
/// execution's own generator, so that the same seed plays the same.
/// </summary>
internal sealed class PlayScript(PlayOptions options, PlayCatalog catalog, Random chance, TimeProvider time)
{
    /// <summary>The type of map tasks.</summary>
    public const string MapTaskType = "container_array";

    private const int MostAttempts = 3;
    private const int MapBeats = 3;

    /// <summary>All calls after the execution was created.</summary>
    public IEnumerable<ScriptStep> Steps(WorkflowExecutionIdentifier id, PlayShape shape, ScriptOutcome outcome)
    {
        var events = new PropellerEvents(id, options.Producer, time);
        var failing = chance.NextDouble() < 0.5 ? PlayedErrors.User : PlayedErrors.System;
        yield return events.Workflow(WorkflowPhase.Running);
        yield return events.Node(PlayedNode.Start, NodePhase.Succeeded);
        foreach (var step in Body(events, shape, outcome, failing))
            yield return step;
        foreach (var step in WorkflowEnd.Steps(events, outcome, failing))
            yield return step;
    }

    private IEnumerable<ScriptStep> Body(PropellerEvents events, PlayShape shape, ScriptOutcome outcome, ExecutionError error)
    {
        var good = ScriptOutcome.Succeeded;
        return shape switch
        {
            PlayShape.Diamond =>
            [
                .. Run(events, Node("n0", 0), good, error),
                .. Interleaved(Run(events, Node("n1", 1), good, error), Run(events, Node("n2", 2), good, error)),
                .. Run(events, Node("n3", 3), outcome, error),
            ],
            PlayShape.Map => Map(events, outcome, error),
            PlayShape.Subworkflow => Subworkflow(events, outcome, error),
            PlayShape.Dynamic => Dynamic(events, outcome, error),
            PlayShape.LaunchPlan => LaunchPlan(events, outcome, error),
            _ => Run(events, Node("n0", 0), good, error)
                .Concat(Run(events, Node("n1", 1), good, error))
                .Concat(Run(events, Node("n2", 2), outcome, error)),
        };
    }

    /// <summary>A node that runs a task: attempts that fail in ways that may pass, and one that decides.</summary>
    private IEnumerable<ScriptStep> Run(PropellerEvents events, PlayedNode node, ScriptOutcome outcome, ExecutionError error)
    {
        yield return events.Node(node, NodePhase.Queued);
        uint attempt = 0;
        foreach (var step in Start(events, node, attempt))
            yield return step;
        // A failure of the platform uses its attempts up first.
        while (
            attempt < MostAttempts
            && (
                chance.NextDouble() < options.Retries
                || (outcome == ScriptOutcome.Failed && error.Kind == ExecutionError.Types.ErrorKind.System && options.Retries > 0)
            )
        )
        {
            yield return events.Task(node, TaskPhase.RetryableFailed, attempt, PlayedErrors.System);
            attempt++;
            yield return events.Task(node, TaskPhase.Queued, attempt);
            yield return events.Task(node, TaskPhase.Running, attempt);
        }

        foreach (var step in Finish(events, node, attempt, outcome, error))
            yield return step;
    }

    private static IEnumerable<ScriptStep> Start(PropellerEvents events, PlayedNode node, uint attempt)
    {
        yield return events.Task(node, TaskPhase.Queued, attempt);
        yield return events.Node(node, NodePhase.Running);
        yield return events.Task(node, TaskPhase.Initializing, attempt, add: one => one.Reasons.Add(Reason(one, "pulling the image")));
        yield return events.Task(node, TaskPhase.Running, attempt);
    }

    private static IEnumerable<ScriptStep> Finish(
        PropellerEvents events,
        PlayedNode node,
        uint attempt,
        ScriptOutcome outcome,
        ExecutionError error
    )
    {
        switch (outcome)
        {
            case ScriptOutcome.Succeeded:
                yield return events.Task(node, TaskPhase.Succeeded, attempt);
                yield return events.Node(node, NodePhase.Succeeded);
                break;
            case ScriptOutcome.Failed:
                yield return events.Task(node, TaskPhase.Failed, attempt, error);
                yield return events.Node(node, NodePhase.Failing, error);
                yield return events.Node(node, NodePhase.Failed, error);
                break;
            default:
                yield return events.Terminate(PlayedErrors.AbortCause);
                yield return events.Task(node, TaskPhase.Aborted, attempt);
                yield return events.Node(node, NodePhase.Aborted);
                break;
        }
    }

    /// <summary>A map task: the same phase again and again, each with a higher version and more of its parts done.</summary>
    private IEnumerable<ScriptStep> Map(PropellerEvents events, ScriptOutcome outcome, ExecutionError error)
    {
        var node = PlayedNode.Of("n0", catalog.MapTask) with { TaskType = MapTaskType };
        yield return events.Node(node, NodePhase.Queued);
        yield return events.Task(node, TaskPhase.Queued, add: one => Parts(events, one, TaskPhase.Queued, 0));
        yield return events.Node(node, NodePhase.Running);
        for (var beat = 0; beat < MapBeats; beat++)
        {
            var (version, done) = ((uint)beat, options.MapSize * beat / MapBeats);
            yield return events.Task(
                node,
                TaskPhase.Running,
                add: one =>
                {
                    one.PhaseVersion = version;
                    Parts(events, one, TaskPhase.Running, done);
                }
            );
        }

        yield return events.Task(node, TaskPhase.Succeeded, add: one => Parts(events, one, TaskPhase.Succeeded, options.MapSize));
        yield return events.Node(node, NodePhase.Succeeded);
        foreach (var step in Run(events, Node("n1", 4), outcome, error))
            yield return step;
    }

    private void Parts(PropellerEvents events, TaskExecutionEvent report, TaskPhase phase, int done)
    {
        report.Metadata.PluginIdentifier = "k8s-array";
        for (var index = 0; index < options.MapSize; index++)
            report.Metadata.ExternalResources.Add(
                new ExternalResourceInfo
                {
                    ExternalId = $"{events.Id.Name}-n0-0-{index}",
                    Index = (uint)index,
                    Phase = index < done ? TaskPhase.Succeeded : phase,
                }
            );
    }

    /// <summary>A workflow within the execution: its nodes name their parent.</summary>
    private IEnumerable<ScriptStep> Subworkflow(PropellerEvents events, ScriptOutcome outcome, ExecutionError error)
    {
        var parent = new PlayedNode("n0", "n0", "play.inner");
        yield return events.Node(parent, NodePhase.Queued, add: one => one.IsParent = true);
        yield return events.Node(parent, NodePhase.Running, add: one => one.IsParent = true);
        foreach (var step in Inside(events, parent, error))
            yield return step;
        yield return events.Node(parent, NodePhase.Succeeded, add: one => one.IsParent = true);
        foreach (var step in Run(events, Node("n1", 4), outcome, error))
            yield return step;
    }

    /// <summary>A task that makes up a workflow: the task ends, then the node runs what it made.</summary>
    private IEnumerable<ScriptStep> Dynamic(PropellerEvents events, ScriptOutcome outcome, ExecutionError error)
    {
        var node = Node("n0", 0);
        var made = new Flyteidl.Event.DynamicWorkflowNodeMetadata
        {
            Id = catalog.Inner,
            DynamicJobSpecUri = $"s3://flyte-data/{events.Id.Name}/n0/data/0/futures.pb",
        };
        yield return events.Node(node, NodePhase.Queued);
        foreach (var step in Start(events, node, 0))
            yield return step;
        yield return events.Task(node, TaskPhase.Succeeded);
        yield return events.Node(node, NodePhase.DynamicRunning, add: Marked);
        foreach (var step in Inside(events, node, error))
            yield return step;
        if (outcome == ScriptOutcome.Failed)
            yield return events.Node(node, NodePhase.Failing, error);
        else if (outcome == ScriptOutcome.Aborted)
            yield return events.Terminate(PlayedErrors.AbortCause);
        yield return events.Node(node, NodeEnd(outcome), outcome == ScriptOutcome.Failed ? error : null, Marked);

        void Marked(NodeExecutionEvent one)
        {
            (one.IsParent, one.IsDynamic) = (true, true);
            one.TaskNodeMetadata = new Flyteidl.Event.TaskNodeMetadata { DynamicWorkflow = made };
        }
    }

    private IEnumerable<ScriptStep> Inside(PropellerEvents events, PlayedNode parent, ExecutionError error)
    {
        yield return events.Node(parent.Child("start-node"), NodePhase.Succeeded);
        foreach (var (specId, task) in new[] { ("n0", 1), ("n1", 2) })
        {
            foreach (var step in Run(events, parent.Child(specId, catalog.Task(task)), ScriptOutcome.Succeeded, error))
                yield return step;
        }

        yield return events.Node(parent.Child("end-node"), NodePhase.Queued);
        yield return events.Node(parent.Child("end-node"), NodePhase.Succeeded);
    }

    /// <summary>An execution of another launch plan: it is created for the node, and has its own reports.</summary>
    private IEnumerable<ScriptStep> LaunchPlan(PropellerEvents events, ScriptOutcome outcome, ExecutionError error)
    {
        var node = new PlayedNode("n0", "n0", "play.linear");
        var child = new WorkflowExecutionIdentifier(events.Id) { Name = $"{events.Id.Name}-n0" };
        yield return events.Node(node, NodePhase.Queued);
        yield return new ScriptStep("child", child.Name, Creation(child, events.Id));
        yield return events.Node(node, NodePhase.Running, add: Referring);
        foreach (var step in Steps(child, PlayShape.Linear, ScriptOutcome.Succeeded))
            yield return step;
        yield return events.Node(node, NodePhase.Succeeded, add: Referring);
        foreach (var step in Run(events, Node("n1", 4), outcome, error))
            yield return step;

        void Referring(NodeExecutionEvent one) =>
            one.WorkflowNodeMetadata = new Flyteidl.Event.WorkflowNodeMetadata { ExecutionId = child };
    }

    private ExecutionCreateRequest Creation(WorkflowExecutionIdentifier child, WorkflowExecutionIdentifier parent) =>
        new()
        {
            Project = child.Project,
            Domain = child.Domain,
            Name = child.Name,
            Spec = new ExecutionSpec
            {
                LaunchPlan = catalog.LaunchPlan(PlayShape.Linear),
                Metadata = new ExecutionMetadata
                {
                    Mode = ExecutionMetadata.Types.ExecutionMode.ChildWorkflow,
                    Nesting = 1,
                    ParentNodeExecution = new NodeExecutionIdentifier { ExecutionId = parent, NodeId = "n0" },
                },
            },
        };

    private PlayedNode Node(string id, int task) => PlayedNode.Of(id, catalog.Task(task));

    private static IEnumerable<ScriptStep> Interleaved(IEnumerable<ScriptStep> one, IEnumerable<ScriptStep> other)
    {
        using var left = one.GetEnumerator();
        using var right = other.GetEnumerator();
        for (
            var (more, rest) = (left.MoveNext(), right.MoveNext());
            more || rest;
            (more, rest) = (more && left.MoveNext(), rest && right.MoveNext())
        )
        {
            if (more)
                yield return left.Current;
            if (rest)
                yield return right.Current;
        }
    }

    private static NodePhase NodeEnd(ScriptOutcome outcome) =>
        outcome switch
        {
            ScriptOutcome.Succeeded => NodePhase.Succeeded,
            ScriptOutcome.Failed => NodePhase.Failed,
            _ => NodePhase.Aborted,
        };

    private static EventReason Reason(TaskExecutionEvent report, string text) => new() { Reason = text, OccurredAt = report.OccurredAt };
}
