using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf.WellKnownTypes;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
using TaskPhase = Flyteidl.Core.TaskExecution.Types.Phase;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Play;

/// <summary>Makes the reports of one execution as flytepropeller writes them. Each has a request id that only depends on its place.</summary>
/// <param name="id">The execution.</param>
/// <param name="producer">Who reports: propeller, or the name of its cluster.</param>
/// <param name="time">The events' clock.</param>
internal sealed class PropellerEvents(WorkflowExecutionIdentifier id, string producer, TimeProvider time)
{
    private int made;

    /// <summary>The execution.</summary>
    public WorkflowExecutionIdentifier Id => id;

    public ScriptStep Workflow(WorkflowPhase phase, ExecutionError? error = null)
    {
        var report = new WorkflowExecutionEvent
        {
            ExecutionId = id,
            ProducerId = producer,
            Phase = phase,
            OccurredAt = Now(),
        };
        if (error is not null)
            report.Error = error;
        else if (phase == WorkflowPhase.Succeeded)
            report.OutputUri = $"s3://flyte-data/{id.Name}/end-node/data/0/outputs.pb";
        return new("workflow", phase.ToString(), new WorkflowExecutionEventRequest { RequestId = RequestId(), Event = report });
    }

    public ScriptStep Node(PlayedNode node, NodePhase phase, ExecutionError? error = null, Action<NodeExecutionEvent>? add = null)
    {
        var report = new NodeExecutionEvent
        {
            Id = NodeId(node.Id),
            ProducerId = producer,
            Phase = phase,
            OccurredAt = Now(),
            ReportedAt = Now(),
            NodeName = node.Name,
            SpecNodeId = node.SpecId,
            RetryGroup = node.Parent is null ? "" : "0",
            EventVersion = 1,
        };
        if (node.Parent is { } parent)
            report.ParentNodeMetadata = new ParentNodeExecutionMetadata { NodeId = parent };
        if (phase == NodePhase.Queued && !node.IsEnd)
            report.InputUri = $"s3://flyte-data/{id.Name}/{node.Id}/data/inputs.pb";
        if (error is not null)
            report.Error = error;
        else if (phase == NodePhase.Succeeded && !node.IsEnd)
            report.OutputUri = $"s3://flyte-data/{id.Name}/{node.Id}/data/0/outputs.pb";
        add?.Invoke(report);
        return new($"node {node.Id}", phase.ToString(), new NodeExecutionEventRequest { RequestId = RequestId(), Event = report });
    }

    public ScriptStep Task(
        PlayedNode node,
        TaskPhase phase,
        uint attempt = 0,
        ExecutionError? error = null,
        Action<TaskExecutionEvent>? add = null
    )
    {
        var task = node.Task!;
        var report = new TaskExecutionEvent
        {
            TaskId = task,
            ParentNodeExecutionId = NodeId(node.Id),
            RetryAttempt = attempt,
            ProducerId = producer,
            Phase = phase,
            OccurredAt = Now(),
            ReportedAt = Now(),
            TaskType = node.TaskType,
            EventVersion = 1,
            Metadata = new Flyteidl.Event.TaskExecutionMetadata
            {
                GeneratedName = $"{id.Name}-{node.Id}-{attempt}",
                PluginIdentifier = "container",
            },
        };
        if (phase == TaskPhase.Running)
            report.Logs.Add(
                new TaskLog
                {
                    Name = "Kubernetes Logs",
                    Uri = $"https://logs.example.com/{id.Name}-{node.Id}-{attempt}",
                    MessageFormat = TaskLog.Types.MessageFormat.Json,
                }
            );
        if (error is not null)
            report.Error = error;
        else if (phase == TaskPhase.Succeeded)
            report.OutputUri = $"s3://flyte-data/{id.Name}/{node.Id}/data/{attempt}/outputs.pb";
        add?.Invoke(report);
        return new($"task {task.Name}", phase.ToString(), new TaskExecutionEventRequest { RequestId = RequestId(), Event = report });
    }

    public ScriptStep Terminate(string cause) => new("terminate", $"“{cause}”", new ExecutionTerminateRequest { Id = id, Cause = cause });

    private NodeExecutionIdentifier NodeId(string node) => new() { ExecutionId = id, NodeId = node };

    private Timestamp Now() => Timestamp.FromDateTimeOffset(time.GetUtcNow());

    private string RequestId() => $"{id.Name}-{++made}";
}

/// <summary>A node as its events name it.</summary>
/// <param name="Id">Its unique id within the execution.</param>
/// <param name="SpecId">Its id within its own workflow.</param>
/// <param name="Name">Its name for people.</param>
internal sealed record PlayedNode(string Id, string SpecId, string Name)
{
    /// <summary>The start of every workflow.</summary>
    public static PlayedNode Start { get; } = new("start-node", "start-node", "start-node");

    /// <summary>The end of every workflow.</summary>
    public static PlayedNode End { get; } = new("end-node", "end-node", "end-node");

    /// <summary>The unique id of the node whose workflow this node is part of; null at the top.</summary>
    public string? Parent { get; init; }

    /// <summary>The task that it runs; null when it runs none.</summary>
    public Identifier? Task { get; init; }

    /// <summary>The task's type.</summary>
    public string TaskType { get; init; } = "python-task";

    /// <summary>True for the nodes that have neither inputs nor outputs of their own.</summary>
    public bool IsEnd => SpecId is "start-node" or "end-node";

    /// <summary>A node that runs a task.</summary>
    public static PlayedNode Of(string id, Identifier task) => new(id, id, task.Name) { Task = task };

    /// <summary>A node of this node's own workflow; propeller's unique ids are the parent's id, its attempt, and the node's.</summary>
    public PlayedNode Child(string specId, Identifier? task = null) =>
        new($"{Id}-0-{specId}", specId, task?.Name ?? specId) { Parent = Id, Task = task };
}
