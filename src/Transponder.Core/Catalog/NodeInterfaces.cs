using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Executions;

namespace Transponder.Core.Catalog;

/// <summary>What each node takes and gives, as far as that is known before it runs.</summary>
public sealed class NodeInterfaces
{
    private readonly Dictionary<EntityKey, TypedInterface> tasks;
    private readonly Dictionary<EntityKey, LaunchPlanClosure> launchPlans;
    private readonly Dictionary<EntityKey, TypedInterface> workflows;

    /// <summary>Makes the look-up.</summary>
    /// <param name="tasks">The interfaces of the tasks in use.</param>
    /// <param name="launchPlans">The closures of the launch plans in use.</param>
    /// <param name="workflows">The interfaces of the sub-workflows.</param>
    public NodeInterfaces(
        Dictionary<EntityKey, TypedInterface> tasks,
        Dictionary<EntityKey, LaunchPlanClosure> launchPlans,
        Dictionary<EntityKey, TypedInterface> workflows
    )
    {
        this.tasks = tasks;
        this.launchPlans = launchPlans;
        this.workflows = workflows;
    }

    /// <summary>The variables that a node's bindings must name; null when they follow from the bindings themselves.</summary>
    /// <param name="node">The node.</param>
    public IReadOnlyDictionary<string, InputOf>? InputsOf(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.TargetCase switch
        {
            Node.TargetOneofCase.TaskNode => Inputs(tasks.GetValueOrDefault(TaskOf(node))),
            Node.TargetOneofCase.WorkflowNode when LaunchPlanOf(node) is { } plan => (plan.ExpectedInputs?.Parameters ?? []).ToDictionary(
                p => p.Key,
                p => new InputOf(p.Value.Var?.Type, p.Value.Required)
            ),
            Node.TargetOneofCase.WorkflowNode => Inputs(SubWorkflowOf(node)),
            _ => null,
        };
    }

    /// <summary>The variables that a node gives; null when that cannot be told.</summary>
    /// <param name="node">The node.</param>
    public IReadOnlyDictionary<string, LiteralType?>? OutputsOf(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var outputs = node.TargetCase switch
        {
            Node.TargetOneofCase.TaskNode => Outputs(tasks.GetValueOrDefault(TaskOf(node))?.Outputs),
            Node.TargetOneofCase.WorkflowNode when LaunchPlanOf(node) is { } plan => Outputs(plan.ExpectedOutputs),
            Node.TargetOneofCase.WorkflowNode => Outputs(SubWorkflowOf(node)?.Outputs),
            Node.TargetOneofCase.GateNode => node.GateNode.Signal is { } signal ? new() { [signal.OutputVariableName] = signal.Type } : [],
            _ => null,
        };
        if (outputs is null)
            return null;
        foreach (var alias in node.OutputAliases)
        {
            if (!outputs.Remove(alias.Var, out var type))
                throw IdentifierRules.Invalid($"node {node.Id}: output alias {alias.Alias_} names {alias.Var}, which is no output");
            outputs[alias.Alias_] = type;
        }
        return outputs;
    }

    /// <summary>Throws when a node names what does not exist, or nothing at all.</summary>
    /// <param name="node">The node.</param>
    public void CheckTarget(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        switch (node.TargetCase)
        {
            case Node.TargetOneofCase.None:
                throw IdentifierRules.Invalid($"node {node.Id} has no target: one of task, workflow, branch, gate or array is needed");
            case Node.TargetOneofCase.TaskNode when node.TaskNode.ReferenceId is null:
                throw IdentifierRules.Invalid($"node {node.Id}: missing task_node.reference_id");
            case Node.TargetOneofCase.WorkflowNode when node.WorkflowNode.ReferenceCase == WorkflowNode.ReferenceOneofCase.None:
                throw IdentifierRules.Invalid($"node {node.Id}: missing workflow_node.launchplan_ref or workflow_node.sub_workflow_ref");
            case Node.TargetOneofCase.WorkflowNode
                when node.WorkflowNode.SubWorkflowRef is { } id && !workflows.ContainsKey(EntityKey.From(id)):
                throw IdentifierRules.Invalid(
                    $"node {node.Id} refers to sub-workflow {EntityKey.From(id)}, which is not among spec.sub_workflows"
                );
            case Node.TargetOneofCase.BranchNode:
                CheckBranch(node);
                break;
            case Node.TargetOneofCase.ArrayNode:
                CheckTarget(node.ArrayNode.Node ?? throw IdentifierRules.Invalid($"node {node.Id}: missing array_node.node"));
                break;
            case Node.TargetOneofCase.GateNode when node.GateNode.ConditionCase == GateNode.ConditionOneofCase.None:
                throw IdentifierRules.Invalid($"node {node.Id}: missing gate_node.condition");
            default:
                break;
        }
    }

    private static void CheckBranch(Node node)
    {
        var choice = node.BranchNode.IfElse ?? throw IdentifierRules.Invalid($"node {node.Id}: missing branch_node.if_else");
        if (choice.Case is null)
            throw IdentifierRules.Invalid($"node {node.Id}: missing branch_node.if_else.case");
        foreach (var block in choice.Other.Prepend(choice.Case))
        {
            if (block.Condition is null)
                throw IdentifierRules.Invalid($"node {node.Id}: a case of its branch has no condition");
            if (block.ThenNode is null)
                throw IdentifierRules.Invalid($"node {node.Id}: a case of its branch has no then_node");
        }
        if (choice.DefaultCase == IfElseBlock.DefaultOneofCase.None)
            throw IdentifierRules.Invalid($"node {node.Id}: its branch has neither else_node nor error for when no case holds");
    }

    private static EntityKey TaskOf(Node node) => EntityKey.From(node.TaskNode.ReferenceId);

    private LaunchPlanClosure? LaunchPlanOf(Node node) =>
        node.WorkflowNode.LaunchplanRef is { } id ? launchPlans.GetValueOrDefault(EntityKey.From(id)) : null;

    private TypedInterface? SubWorkflowOf(Node node) =>
        node.WorkflowNode.SubWorkflowRef is { } id ? workflows.GetValueOrDefault(EntityKey.From(id)) : null;

    private static Dictionary<string, InputOf>? Inputs(TypedInterface? type) =>
        type?.Inputs is { } inputs
            ? inputs.Variables.ToDictionary(v => v.Key, v => new InputOf(v.Value.Type, !LiteralTypes.IsOptional(v.Value.Type)))
            : [];

    private static Dictionary<string, LiteralType?> Outputs(VariableMap? outputs) =>
        outputs is null ? [] : outputs.Variables.ToDictionary(v => v.Key, v => (LiteralType?)v.Value.Type);
}

/// <summary>One variable that a node takes.</summary>
/// <param name="Type">Its type; null when none is declared.</param>
/// <param name="Required">True when it must be bound.</param>
public sealed record InputOf(LiteralType? Type, bool Required);
