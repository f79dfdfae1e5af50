using Flyteidl.Core;
using Transponder.Core.Executions;

namespace Transponder.Core.Catalog;

/// <summary>Everything that a workflow and its sub-workflows name in the catalogue, each once, in order of appearance.</summary>
public sealed class WorkflowReferences
{
    private WorkflowReferences() { }

    /// <summary>The tasks, each with the first node that uses it.</summary>
    public Dictionary<EntityKey, string> Tasks { get; } = [];

    /// <summary>The launch plans, each with the first node that uses it.</summary>
    public Dictionary<EntityKey, string> LaunchPlans { get; } = [];

    /// <summary>Collects the references of a workflow and of all sub-workflows that came with it.</summary>
    /// <param name="template">The workflow.</param>
    /// <param name="subWorkflows">Its sub-workflows.</param>
    public static WorkflowReferences Of(WorkflowTemplate template, IEnumerable<WorkflowTemplate> subWorkflows)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(subWorkflows);
        var references = new WorkflowReferences();
        foreach (var workflow in subWorkflows.Prepend(template))
        {
            foreach (var node in NodesOf(workflow).SelectMany(WithInner))
                references.Add(node);
        }
        return references;
    }

    /// <summary>The nodes that a branch node chooses from, in the order of its cases.</summary>
    /// <param name="branch">The branch node's target.</param>
    public static IEnumerable<Node> BranchesOf(BranchNode branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        var choice = branch.IfElse;
        if (choice is null)
            yield break;
        if (choice.Case?.ThenNode is { } first)
            yield return first;
        foreach (var other in choice.Other)
        {
            if (other.ThenNode is { } then)
                yield return then;
        }
        if (choice.ElseNode is { } otherwise)
            yield return otherwise;
    }

    /// <summary>The sub-workflows that the nodes of a workflow run.</summary>
    /// <param name="workflow">The workflow.</param>
    public static IEnumerable<Identifier> SubWorkflowsOf(WorkflowTemplate workflow)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return NodesOf(workflow).SelectMany(WithInner).Select(n => n.WorkflowNode?.SubWorkflowRef).OfType<Identifier>();
    }

    private static IEnumerable<Node> NodesOf(WorkflowTemplate workflow) =>
        workflow.FailureNode is { } failure ? workflow.Nodes.Append(failure) : workflow.Nodes;

    private static IEnumerable<Node> WithInner(Node node)
    {
        yield return node;
        IEnumerable<Node> inner = node.TargetCase switch
        {
            Node.TargetOneofCase.BranchNode => BranchesOf(node.BranchNode),
            Node.TargetOneofCase.ArrayNode when node.ArrayNode.Node is { } element => [element],
            _ => [],
        };
        foreach (var found in inner.SelectMany(WithInner))
            yield return found;
    }

    private void Add(Node node)
    {
        if (node.TaskNode?.ReferenceId is { } task)
            Tasks.TryAdd(EntityKey.From(task), node.Id);
        else if (node.WorkflowNode?.LaunchplanRef is { } launchPlan)
            LaunchPlans.TryAdd(EntityKey.From(launchPlan), node.Id);
    }
}
