using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Store;

namespace Transponder.Core.Executions;

/// <summary>
/// Starts an execution anew from the stored specification of another: again from the start, or from where it failed. The notifications are resolved
/// from that specification, so what it overrode stays overridden.
/// </summary>
public sealed class ExecutionRelauncher
{
    private readonly IExecutionStore store;
    private readonly LaunchPlanRegistry launchPlans;
    private readonly ExecutionLauncher launcher;

    /// <summary>Makes a relauncher.</summary>
    /// <param name="store">Where executions are kept.</param>
    /// <param name="launchPlans">What they run.</param>
    /// <param name="launcher">What starts them.</param>
    public ExecutionRelauncher(IExecutionStore store, LaunchPlanRegistry launchPlans, ExecutionLauncher launcher)
    {
        this.store = store;
        this.launchPlans = launchPlans;
        this.launcher = launcher;
    }

    /// <summary>Runs an execution again with the same inputs.</summary>
    /// <param name="request">Which.</param>
    /// <param name="principal">Who asks; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public Task<ExecutionCreateResponse> RelaunchAsync(
        ExecutionRelaunchRequest request,
        string principal,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        return LaunchAsync(
            request.Id,
            request.Name,
            spec =>
            {
                spec.Metadata.Mode = ExecutionMetadata.Types.ExecutionMode.Relaunch;
                spec.OverwriteCache = request.OverwriteCache;
            },
            principal,
            cancellationToken
        );
    }

    /// <summary>Runs an execution again, for propeller to skip what had succeeded.</summary>
    /// <param name="request">Which; its metadata says which node is the parent of the new one.</param>
    /// <param name="principal">Who asks; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public Task<ExecutionCreateResponse> RecoverAsync(
        ExecutionRecoverRequest request,
        string principal,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        return LaunchAsync(
            request.Id,
            request.Name,
            spec =>
            {
                spec.Metadata.Mode = ExecutionMetadata.Types.ExecutionMode.Recovered;
                if (request.Metadata is { } metadata)
                    spec.Metadata.ParentNodeExecution = metadata.ParentNodeExecution;
            },
            principal,
            cancellationToken
        );
    }

    private async Task<ExecutionCreateResponse> LaunchAsync(
        WorkflowExecutionIdentifier? id,
        string name,
        Action<ExecutionSpec> change,
        string principal,
        CancellationToken cancellationToken
    )
    {
        IdentifierRules.Require(id);
        var key = ExecutionKey.From(id!);
        var record = await store.GetAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound("execution", key);
        var spec = ExecutionSpec.Parser.ParseFrom(record.Spec);
        spec.Metadata ??= new ExecutionMetadata();
        spec.Metadata.ReferenceExecution = key.ToIdentifier();
        spec.Metadata.Nesting = 0;
        change(spec);
        var request = new ExecutionCreateRequest
        {
            Project = key.Project,
            Domain = key.Domain,
            Name = name,
            Spec = spec,
            Inputs = await OwnInputsAsync(record, spec.LaunchPlan, cancellationToken),
        };
        return await launcher.CreateAsync(request, principal, cancellationToken);
    }

    // The stored inputs are complete; those that the launch plan fixes cannot be given again.
    private async Task<LiteralMap> OwnInputsAsync(ExecutionRecord record, Identifier plan, CancellationToken cancellationToken)
    {
        var inputs = LiteralMap.Parser.ParseFrom(record.Inputs);
        if (plan.ResourceType == ResourceType.Task)
            return inputs;
        var launchPlan = await launchPlans.LoadAsync(EntityKey.From(plan), cancellationToken);
        foreach (var (name, _) in launchPlan.Spec.FixedInputs?.Literals ?? [])
            inputs.Literals.Remove(name);
        return inputs;
    }
}
