using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Protocol;
using FlyteTask = Flyteidl.Admin.Task;

namespace Transponder.Core.Executions;

/// <summary>
/// The workflow around a task that is executed alone: named <c>.flytegen.</c> and the task's name, one node that passes the task's inputs and outputs
/// through. It is registered the first time, and found again later.
/// </summary>
public sealed class SingleTaskPlan
{
    /// <summary>What the names of these workflows begin with.</summary>
    public const string Prefix = ".flytegen.";

    private const uint DefaultRetries = 3;

    private readonly TaskRegistry tasks;
    private readonly WorkflowRegistry workflows;

    /// <summary>Makes the plan.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="workflows">Where the workflow around a task is registered.</param>
    public SingleTaskPlan(TaskRegistry tasks, WorkflowRegistry workflows)
    {
        this.tasks = tasks;
        this.workflows = workflows;
    }

    /// <summary>The workflow around a task, and the inputs that an execution of it may give.</summary>
    /// <param name="id">The task.</param>
    /// <param name="principal">Who executes it; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before anything is stored.</param>
    public async Task<(EntityKey Workflow, ParameterMap Expected)> PrepareAsync(
        Identifier id,
        string principal,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(id);
        var task = await tasks.GetAsync(new ObjectGetRequest { Id = id }, cancellationToken);
        var template = task.Closure.CompiledTask.Template;
        var workflow = id.Clone();
        workflow.ResourceType = ResourceType.Workflow;
        workflow.Name = Prefix + id.Name;
        try
        {
            await workflows.CreateAsync(Around(workflow, task, template), principal, cancellationToken);
        }
        catch (RpcException existing) when (existing.Code == StatusCode.AlreadyExists)
        {
            // The usual case from the second execution on.
        }
        return (EntityKey.From(workflow), LaunchPlanInputs.Expected(template.Interface.Inputs, null, null));
    }

    private static WorkflowCreateRequest Around(Identifier id, FlyteTask task, TaskTemplate template)
    {
        var node = new Node
        {
            Id = NodeId(task.Id.Name),
            Metadata = new NodeMetadata
            {
                Name = NodeId(task.Id.Name),
                Retries = template.Metadata.Retries ?? new RetryStrategy { Retries = DefaultRetries },
            },
            TaskNode = new TaskNode { ReferenceId = task.Id },
        };
        node.Inputs.AddRange(PassedThrough(template.Interface.Inputs, ""));
        var workflow = new WorkflowTemplate
        {
            Id = id,
            Interface = template.Interface,
            Nodes = { node },
        };
        workflow.Outputs.AddRange(PassedThrough(template.Interface.Outputs, node.Id));
        return new WorkflowCreateRequest
        {
            Id = id,
            Spec = new WorkflowSpec { Template = workflow },
        };
    }

    private static IEnumerable<Binding> PassedThrough(VariableMap? variables, string from) =>
        (variables?.Variables.Keys ?? [])
            .Order(StringComparer.Ordinal)
            .Select(name => new Binding
            {
                Var = name,
                Binding_ = new BindingData
                {
                    Promise = new OutputReference { NodeId = from, Var = name },
                },
            });

    private static string NodeId(string taskName)
    {
        var plain = string.Concat(taskName.Where(c => c == '-' || char.IsAsciiLetterOrDigit(c))).ToLowerInvariant();
        return plain.Length is 0 or > ExecutionNames.LongestName ? "n0" : plain;
    }
}
