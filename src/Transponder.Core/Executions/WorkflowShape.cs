using Flyteidl.Core;

namespace Transponder.Core.Executions;

/// <summary>What spans need to know of a compiled workflow: which node waits for which, and what kind of node each is.</summary>
internal sealed class WorkflowShape
{
    private readonly CompiledWorkflow? workflow;
    private readonly IReadOnlyList<CompiledWorkflow> subWorkflows;
    private readonly Dictionary<string, Node> nodes = [];

    private WorkflowShape(CompiledWorkflow? workflow, IReadOnlyList<CompiledWorkflow> subWorkflows)
    {
        this.workflow = workflow;
        this.subWorkflows = subWorkflows;
        foreach (var node in workflow?.Template?.Nodes ?? [])
            Add(node);
    }

    /// <summary>The shape of a workflow that is not known.</summary>
    public static WorkflowShape Unknown { get; } = new(null, []);

    public static WorkflowShape Of(CompiledWorkflowClosure? closure) =>
        closure is null ? Unknown : new WorkflowShape(closure.Primary, closure.SubWorkflows);

    /// <summary>The nodes that a node waits for, by their ids in the workflow; null when that is not known.</summary>
    public IReadOnlyList<string>? Upstream(string specNodeId) =>
        workflow?.Connections?.Upstream.TryGetValue(specNodeId, out var ids) == true ? ids.Ids : null;

    public bool IsGate(string specNodeId) => nodes.TryGetValue(specNodeId, out var node) && node.GateNode is not null;

    /// <summary>The shape of what runs below a node: its sub-workflow, or, in a branch, the same workflow.</summary>
    public WorkflowShape Below(string specNodeId)
    {
        if (!nodes.TryGetValue(specNodeId, out var node))
            return Unknown;
        if (node.BranchNode is not null)
            return this;
        var reference = node.WorkflowNode?.SubWorkflowRef;
        var below = reference is null ? null : subWorkflows.FirstOrDefault(one => one.Template.Id.Equals(reference));
        return below is null ? Unknown : new WorkflowShape(below, subWorkflows);
    }

    private void Add(Node? node)
    {
        if (node is null || !nodes.TryAdd(node.Id, node))
            return;
        if (node.BranchNode?.IfElse is not { } choice)
            return;
        Add(choice.Case?.ThenNode);
        foreach (var other in choice.Other)
            Add(other.ThenNode);
        Add(choice.ElseNode);
    }
}
