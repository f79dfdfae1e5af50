using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Catalog;

/// <summary>
/// Turns a workflow as registered into the closure that clients read back: every graph with its start and end node and its connections both ways,
/// with the tasks and launch plans that it uses. What does not fit together is <see cref="Protocol.StatusCode.InvalidArgument"/> naming the node.
/// </summary>
public sealed class WorkflowCompiler
{
    private readonly ICatalogStore store;

    /// <summary>Makes a compiler.</summary>
    /// <param name="store">Where tasks and launch plans are looked up.</param>
    public WorkflowCompiler(ICatalogStore store)
    {
        this.store = store;
    }

    /// <summary>Compiles a workflow; its messages are left as they are.</summary>
    /// <param name="id">The workflow's identifier, which its template gets.</param>
    /// <param name="spec">The workflow with its sub-workflows.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task<CompiledWorkflowClosure> CompileAsync(Identifier id, WorkflowSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(spec);
        var primary = spec.Template.Clone();
        primary.Id = id.Clone();
        var subWorkflows = SubWorkflows(spec);
        var references = WorkflowReferences.Of(primary, subWorkflows.Values);
        var tasks = await LoadAsync(EntityKind.Task, references.Tasks, cancellationToken);
        var launchPlans = await LoadAsync(EntityKind.LaunchPlan, references.LaunchPlans, cancellationToken);

        var closure = new CompiledWorkflowClosure();
        closure.Tasks.AddRange(references.Tasks.Keys.Select(k => Flyteidl.Admin.Task.Parser.ParseFrom(tasks[k].Body).Closure.CompiledTask));
        closure.LaunchPlans.AddRange(references.LaunchPlans.Keys.Select(k => Compiled(LaunchPlan.Parser.ParseFrom(launchPlans[k].Body))));

        var interfaces = new NodeInterfaces(
            closure.Tasks.ToDictionary(t => EntityKey.From(t.Template.Id), t => t.Template.Interface),
            launchPlans.ToDictionary(p => p.Key, p => LaunchPlan.Parser.ParseFrom(p.Value.Body).Closure),
            subWorkflows.ToDictionary(w => w.Key, w => w.Value.Interface ?? new TypedInterface())
        );
        RefuseRecursion(primary, subWorkflows);
        closure.Primary = WorkflowGraph.Build(primary, interfaces);
        closure.SubWorkflows.AddRange(subWorkflows.Values.Select(w => WorkflowGraph.Build(w, interfaces)));
        return closure;
    }

    private static Dictionary<EntityKey, WorkflowTemplate> SubWorkflows(WorkflowSpec spec)
    {
        var found = new Dictionary<EntityKey, WorkflowTemplate>();
        for (var i = 0; i < spec.SubWorkflows.Count; i++)
        {
            var template = spec.SubWorkflows[i].Clone();
            IdentifierRules.RequireParts(template.Id, $"spec.sub_workflows[{i}].id");
            if (!found.TryAdd(EntityKey.From(template.Id), template))
                throw IdentifierRules.Invalid($"spec.sub_workflows[{i}]: sub-workflow {EntityKey.From(template.Id)} is given twice");
        }
        return found;
    }

    private async Task<Dictionary<EntityKey, CatalogEntity>> LoadAsync(
        EntityKind kind,
        Dictionary<EntityKey, string> wanted,
        CancellationToken cancellationToken
    )
    {
        if (wanted.Count == 0)
            return [];
        var found = (await store.GetManyAsync(kind, wanted.Keys, cancellationToken)).ToDictionary(e => e.Key);
        foreach (var (key, node) in wanted)
        {
            if (!found.ContainsKey(key))
            {
                var what = kind == EntityKind.Task ? "task" : "launch plan";
                throw IdentifierRules.Invalid($"node {node} refers to {what} {key}, which is not registered; register it first");
            }
        }
        return found;
    }

    private static CompiledLaunchPlan Compiled(LaunchPlan launchPlan)
    {
        var inputs = new VariableMap();
        foreach (var (name, parameter) in launchPlan.Closure.ExpectedInputs?.Parameters ?? [])
            inputs.Variables[name] = parameter.Var;
        return new CompiledLaunchPlan
        {
            Template = new LaunchPlanTemplate
            {
                Id = launchPlan.Id,
                Interface = new TypedInterface { Inputs = inputs, Outputs = launchPlan.Closure.ExpectedOutputs },
                FixedInputs = launchPlan.Spec.FixedInputs,
            },
        };
    }

    private static void RefuseRecursion(WorkflowTemplate primary, Dictionary<EntityKey, WorkflowTemplate> subWorkflows)
    {
        var path = new List<EntityKey>();
        var done = new HashSet<EntityKey>();
        Visit(primary);

        void Visit(WorkflowTemplate workflow)
        {
            var key = EntityKey.From(workflow.Id);
            if (done.Contains(key))
                return;
            if (path.Contains(key))
                throw IdentifierRules.Invalid(
                    $"sub-workflows contain one another: {string.Join(" > ", path.Append(key).Select(k => k.Name))}"
                );
            path.Add(key);
            foreach (var reference in WorkflowReferences.SubWorkflowsOf(workflow))
            {
                if (subWorkflows.TryGetValue(EntityKey.From(reference), out var inner))
                    Visit(inner);
            }
            path.RemoveAt(path.Count - 1);
            done.Add(key);
        }
    }
}
