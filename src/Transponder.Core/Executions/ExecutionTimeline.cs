using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using Transponder.V1;
using NodeExecution = Flyteidl.Admin.NodeExecution;
using TaskExecution = Flyteidl.Admin.TaskExecution;

namespace Transponder.Core.Executions;

/// <summary>One execution with its nodes and task attempts, arranged by parent and in order of creation.</summary>
internal sealed class ExecutionTimeline
{
    private readonly ILookup<string, NodeExecution> nodes;
    private readonly ILookup<string, TaskExecution> tasks;

    public ExecutionTimeline(ExecutionRecord record, IEnumerable<NodeRow> nodes, IEnumerable<TaskRow> tasks)
    {
        Id = record.Key.ToIdentifier();
        Closure = ExecutionClosure.Parser.ParseFrom(record.Closure);
        this.nodes = nodes
            .Select(row => (Node: RecordBody.Node(row.Body), Extras: RecordBody.Extras(row.Body)))
            .OrderBy(one => one.Node.Closure.CreatedAt?.ToDateTimeOffset())
            .ThenBy(one => one.Node.Id.NodeId, StringComparer.Ordinal)
            .ToLookup(one => ParentOf(one.Extras), one => one.Node);
        this.tasks = tasks
            .Select(row => RecordBody.Task(row.Body))
            .OrderBy(task => task.Closure.CreatedAt?.ToDateTimeOffset())
            .ThenBy(task => task.Id.RetryAttempt)
            .ToLookup(task => task.Id.NodeExecutionId.NodeId);
    }

    public WorkflowExecutionIdentifier Id { get; }

    public ExecutionClosure Closure { get; }

    /// <summary>The nodes at the top of the workflow.</summary>
    public IReadOnlyList<NodeExecution> Top => [.. nodes[""]];

    public IReadOnlyList<NodeExecution> Below(NodeExecution parent) => [.. nodes[parent.Id.NodeId]];

    public IReadOnlyList<TaskExecution> Attempts(NodeExecution node) => [.. tasks[node.Id.NodeId]];

    private static string ParentOf(RecordExtras extras) =>
        extras.ParentNodeId.Length > 0 ? extras.ParentNodeId : extras.ParentTask?.NodeExecutionId?.NodeId ?? "";
}
