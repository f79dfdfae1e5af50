using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Catalog;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Executions;

/// <summary>Creates executions: what they run, with which inputs, and which notifications they will send, all frozen at this moment.</summary>
public sealed class ExecutionLauncher
{
    private const int Tries = 5;

    private readonly IExecutionStore store;
    private readonly ProjectRegistry projects;
    private readonly LaunchPlanRegistry launchPlans;
    private readonly SingleTaskPlan singleTasks;
    private readonly NotificationValidator notifications;
    private readonly LaunchClock clock;

    /// <summary>Makes a launcher.</summary>
    /// <param name="store">Where executions are kept.</param>
    /// <param name="projects">The projects that they belong to.</param>
    /// <param name="launchPlans">What they run.</param>
    /// <param name="singleTasks">What they run when they run a task alone.</param>
    /// <param name="notifications">What their notifications may say.</param>
    /// <param name="clock">The time, and the randomness of names.</param>
    public ExecutionLauncher(
        IExecutionStore store,
        ProjectRegistry projects,
        LaunchPlanRegistry launchPlans,
        SingleTaskPlan singleTasks,
        NotificationValidator notifications,
        LaunchClock clock
    )
    {
        this.store = store;
        this.projects = projects;
        this.launchPlans = launchPlans;
        this.singleTasks = singleTasks;
        this.notifications = notifications;
        this.clock = clock;
    }

    /// <summary>Creates an execution in phase UNDEFINED; it runs once propeller says so.</summary>
    /// <param name="request">The execution.</param>
    /// <param name="principal">Who asks; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<ExecutionCreateResponse> CreateAsync(
        ExecutionCreateRequest request,
        string principal,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var project = await ValidateAsync(request, cancellationToken);
        var spec = request.Spec.Clone();
        spec.Metadata ??= new ExecutionMetadata();
        spec.Metadata.Principal = principal;
        await InheritAsync(spec.Metadata, cancellationToken);
        var plan = await PlanAsync(spec.LaunchPlan, principal, cancellationToken);
        var inputs = LaunchPlanInputs.Merge(request.Inputs ?? spec.Inputs, plan.Spec?.FixedInputs, plan.Expected);
        spec.Inputs = null;
        Complete(spec, plan.Spec, project, request);
        return new ExecutionCreateResponse { Id = await StoreAsync(request, spec, plan, inputs, cancellationToken) };
    }

    private async Task<Project> ValidateAsync(ExecutionCreateRequest request, CancellationToken cancellationToken)
    {
        IdentifierRules.Require(request.Project, "project");
        IdentifierRules.Require(request.Domain, "domain");
        if (request.Name.Length > 0)
            ExecutionNames.Check(request.Name);
        var project = await projects.RequireActiveAsync(request.Project, request.Domain, cancellationToken);
        if (request.Spec is null)
            throw IdentifierRules.Missing("spec");
        IdentifierRules.RequireParts(request.Spec.LaunchPlan, "spec.launch_plan");
        if (request.Spec.LaunchPlan.ResourceType is not (ResourceType.LaunchPlan or ResourceType.Task))
            throw IdentifierRules.Invalid(
                $"invalid reference entity resource type [{request.Spec.LaunchPlan.ResourceType.ToString().ToUpperInvariant()}] in spec.launch_plan, only LAUNCH_PLAN and TASK are allowed"
            );
        LabelRules.Check(request.Spec.Labels?.Values, "spec.labels");
        LaunchPlanInputs.CheckLiterals(request.Inputs, "inputs");
        foreach (var tag in request.Spec.Tags)
            IdentifierRules.Require(tag, "spec.tags");
        ValueRanges.Check(request.Spec, "spec");
        if (request.Inputs is { } inputs)
            ValueRanges.Check(inputs, "inputs");
        notifications.Check(request.Spec.Notifications?.Notifications ?? [], "spec.notifications");
        return project;
    }

    private async Task<Plan> PlanAsync(Identifier id, string principal, CancellationToken cancellationToken)
    {
        if (id.ResourceType == ResourceType.Task)
        {
            var (workflow, expected) = await singleTasks.PrepareAsync(id, principal, cancellationToken);
            return new Plan("task", null, workflow, expected);
        }
        var launchPlan = await launchPlans.LoadAsync(EntityKey.From(id), cancellationToken);
        return new Plan("launch_plan", launchPlan.Spec, EntityKey.From(launchPlan.Spec.WorkflowId), launchPlan.Closure.ExpectedInputs);
    }

    // A child execution acts for whoever started its parent.
    private async Task InheritAsync(ExecutionMetadata metadata, CancellationToken cancellationToken)
    {
        if (metadata.ParentNodeExecution is not { } node)
            return;
        IdentifierRules.Require(node, "spec.metadata.parent_node_execution");
        var key = NodeKey.From(node);
        if (await store.GetNodeAsync(key, cancellationToken) is null)
            throw IdentifierRules.NotFound("node execution", key);
        var parent = await store.GetAsync(key.Execution, cancellationToken) ?? throw IdentifierRules.NotFound("execution", key.Execution);
        var inherited = ExecutionSpec.Parser.ParseFrom(parent.Spec).Metadata;
        metadata.Nesting = (inherited?.Nesting ?? 0) + 1;
        metadata.Principal = inherited?.Principal ?? "";
    }

    private static void Complete(ExecutionSpec spec, LaunchPlanSpec? plan, Project project, ExecutionCreateRequest request)
    {
        spec.Metadata.SystemMetadata = new SystemMetadata { Namespace = $"{request.Project}-{request.Domain}" };
        if (spec.Labels is not { Values.Count: > 0 })
            spec.Labels = plan?.Labels;
        foreach (var (key, value) in project.Labels?.Values ?? [])
        {
            spec.Labels ??= new Labels();
            spec.Labels.Values.TryAdd(key, value);
        }
        if (spec.Annotations is not { Values.Count: > 0 })
            spec.Annotations = plan?.Annotations;
        spec.SecurityContext ??= plan?.SecurityContext;
    }

    private async Task<WorkflowExecutionIdentifier> StoreAsync(
        ExecutionCreateRequest request,
        ExecutionSpec spec,
        Plan plan,
        LiteralMap inputs,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < Tries; i++)
        {
            var name = request.Name.Length > 0 ? request.Name : ExecutionNames.Generate(clock.Random);
            var key = new ExecutionKey(request.Project, request.Domain, name);
            if (await store.CreateAsync(Row(key, spec, plan, inputs), cancellationToken))
                return key.ToIdentifier();
            if (request.Name.Length > 0)
                throw new RpcException(StatusCode.AlreadyExists, $"execution {key} already exists");
        }
        throw new RpcException(StatusCode.Aborted, "no free execution name was found; try again");
    }

    private NewExecution Row(ExecutionKey key, ExecutionSpec spec, Plan plan, LiteralMap inputs)
    {
        var now = clock.Time.GetUtcNow();
        var resolved = NotificationResolution.Of(spec, plan.Spec);
        var closure = new ExecutionClosure
        {
            Phase = WorkflowPhase.Undefined,
            CreatedAt = now.ToTimestamp(),
            UpdatedAt = now.ToTimestamp(),
            WorkflowId = plan.Workflow.ToIdentifier(ResourceType.Workflow),
            StateChangeDetails = new ExecutionStateChangeDetails
            {
                State = ExecutionState.ExecutionActive,
                Principal = spec.Metadata.Principal,
                OccurredAt = now.ToTimestamp(),
            },
            Notifications = { resolved.Notifications },
        };
        return new NewExecution
        {
            Key = key,
            Spec = spec.ToByteArray(),
            Inputs = inputs.ToByteArray(),
            Closure = closure.ToByteArray(),
            CreatedAt = now,
            LaunchPlan = EntityKey.From(spec.LaunchPlan),
            LaunchEntity = plan.Entity,
            Workflow = plan.Workflow,
            User = spec.Metadata.Principal,
            Mode = (int)spec.Metadata.Mode,
            Source = resolved.Source,
            Tags = Tags(spec),
        };
    }

    private static HashSet<(string Key, string Value)> Tags(ExecutionSpec spec) =>
        [.. spec.Labels?.Values.Select(label => (label.Key, label.Value)) ?? [], .. spec.Tags.Select(tag => (tag, ""))];

    private sealed record Plan(string Entity, LaunchPlanSpec? Spec, EntityKey Workflow, ParameterMap? Expected);
}

/// <summary>What makes two launches differ.</summary>
/// <param name="Time">The time.</param>
/// <param name="Random">The randomness of generated names; thread-safe.</param>
public sealed record LaunchClock(TimeProvider Time, Random Random);
