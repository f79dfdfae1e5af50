using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Executions;
using Transponder.Core.Routing;
using Transponder.Core.Store;

namespace Transponder.Core.Catalog;

/// <summary>Launch plans: registered once, never changed but for which version of a name is active.</summary>
public sealed class LaunchPlanRegistry
{
    private readonly ICatalogStore store;
    private readonly ProjectRegistry projects;
    private readonly WorkflowRegistry workflows;
    private readonly NotificationValidator notifications;
    private readonly TimeProvider clock;
    private readonly EntityRegistration registration;

    /// <summary>Makes the registry.</summary>
    /// <param name="store">Where launch plans are kept.</param>
    /// <param name="projects">The projects that they belong to.</param>
    /// <param name="workflows">The workflows that they start.</param>
    /// <param name="notifications">What their notifications may say.</param>
    /// <param name="clock">The time.</param>
    public LaunchPlanRegistry(
        ICatalogStore store,
        ProjectRegistry projects,
        WorkflowRegistry workflows,
        NotificationValidator notifications,
        TimeProvider clock
    )
    {
        this.store = store;
        this.projects = projects;
        this.workflows = workflows;
        this.notifications = notifications;
        this.clock = clock;
        registration = new EntityRegistration(store, clock, EntityKind.LaunchPlan, "launch plan");
    }

    /// <summary>Registers a launch plan, inactive.</summary>
    /// <param name="request">The launch plan.</param>
    /// <param name="principal">Who registers it; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<LaunchPlanCreateResponse> CreateAsync(
        LaunchPlanCreateRequest request,
        string principal,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var workflowKey = IdentifierRules.RequireEntity(request.Spec?.WorkflowId, ResourceType.Workflow, "spec.workflow_id");
        var workflow = await workflows.LoadAsync(workflowKey, cancellationToken);
        var key = IdentifierRules.RequireEntity(request.Id, ResourceType.LaunchPlan);
        await projects.RequireActiveAsync(key.Project, key.Domain, cancellationToken);

        var spec = request.Spec!.Clone();
        LabelRules.Check(spec.Labels?.Values, "spec.labels");
        ValueRanges.Check(spec, "spec");
        var type = workflow.Closure.CompiledWorkflow.Primary.Template.Interface ?? new TypedInterface();
        var expected = LaunchPlanInputs.Expected(type.Inputs, spec.FixedInputs, spec.DefaultInputs);
        ScheduleRules.Check(spec.EntityMetadata?.Schedule, expected);
        if (spec.EntityMetadata?.LaunchConditions is not null)
            throw IdentifierRules.Invalid("spec.entity_metadata.launch_conditions must be empty: conditional launches are not supported");
        notifications.Check(spec.EntityMetadata?.Notifications ?? [], "spec.entity_metadata.notifications");

        spec.DefaultInputs = expected;
        await AddAsync(key, request.Id, spec, expected, type.Outputs, principal, cancellationToken);
        return new LaunchPlanCreateResponse();
    }

    /// <summary>A launch plan with its present state.</summary>
    /// <param name="request">Its identifier; the resource type may be left out.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<LaunchPlan> GetAsync(ObjectGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await LoadAsync(IdentifierRules.RequireImplied(request.Id, ResourceType.LaunchPlan), cancellationToken);
    }

    /// <summary>A launch plan by its name; <see cref="Protocol.StatusCode.NotFound"/> when there is none.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<LaunchPlan> LoadAsync(EntityKey key, CancellationToken cancellationToken) =>
        Present(await registration.GetAsync(key, cancellationToken));

    /// <summary>The active version of a launch plan.</summary>
    /// <param name="request">Its name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<LaunchPlan> GetActiveAsync(ActiveLaunchPlanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id);
        var active = await store.GetActiveLaunchPlanAsync(request.Id.Project, request.Id.Domain, request.Id.Name, cancellationToken);
        return Present(
            active
                ?? throw new Protocol.RpcException(
                    Protocol.StatusCode.NotFound,
                    $"no active launch plan could be found: {request.Id.Project}/{request.Id.Domain}/{request.Id.Name}"
                )
        );
    }

    /// <summary>Activates a version, which deactivates the one that was active, or deactivates it.</summary>
    /// <param name="request">The launch plan and its new state.</param>
    /// <param name="principal">Who changes it; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<LaunchPlanUpdateResponse> UpdateAsync(
        LaunchPlanUpdateRequest request,
        string principal,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = IdentifierRules.RequireImplied(request.Id, ResourceType.LaunchPlan);
        if (request.State is not (LaunchPlanState.Active or LaunchPlanState.Inactive))
            throw IdentifierRules.Invalid($"unrecognized launch plan state {(int)request.State} for update of launch plan {key}");
        var active = request.State == LaunchPlanState.Active;
        if (!await store.SetLaunchPlanStateAsync(key, active, clock.GetUtcNow(), principal, cancellationToken))
            throw IdentifierRules.NotFound("launch plan", key);
        return new LaunchPlanUpdateResponse();
    }

    private Task AddAsync(
        EntityKey key,
        Identifier id,
        LaunchPlanSpec spec,
        ParameterMap inputs,
        VariableMap? outputs,
        string principal,
        CancellationToken cancellationToken
    ) =>
        registration.AddAsync(
            key,
            now => new LaunchPlan
            {
                Id = id,
                Spec = spec,
                Closure = new LaunchPlanClosure
                {
                    ExpectedInputs = inputs,
                    ExpectedOutputs = outputs ?? new VariableMap(),
                    CreatedAt = now.ToTimestamp(),
                },
            },
            spec,
            stored => LaunchPlan.Parser.ParseFrom(stored.Body).Spec,
            _ => null,
            description: null,
            principal,
            cancellationToken
        );

    /// <summary>A stored launch plan with its present state.</summary>
    /// <param name="entity">The launch plan.</param>
    internal static LaunchPlan Present(CatalogEntity entity)
    {
        var launchPlan = LaunchPlan.Parser.ParseFrom(entity.Body);
        launchPlan.Closure.State = entity.Active ? LaunchPlanState.Active : LaunchPlanState.Inactive;
        launchPlan.Closure.UpdatedAt = entity.UpdatedAt.ToTimestamp();
        return launchPlan;
    }
}
