using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client.Values;
using Transponder.Protocol;

namespace Transponder.Client.LaunchPlans;

/// <summary>
/// How a workflow is to run: its inputs, whom to tell when it ends, when it runs by itself. It is registered in the form that flytekit gives to the same
/// launch plan, field by field and map by map, with Transponder or any FlyteAdmin.
/// </summary>
public sealed class LaunchPlan
{
    private readonly LaunchPlanSpec spec;

    private LaunchPlan(string name, WorkflowReference workflow, LaunchPlanSpec spec) =>
        (Name, Workflow, this.spec) = (name, workflow, spec);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The workflow that it runs.</summary>
    public WorkflowReference Workflow { get; }

    /// <summary>A copy of what is registered.</summary>
    public LaunchPlanSpec Spec => spec.Clone();

    /// <summary>Makes a launch plan; nothing is sent. Inputs that do not fit the workflow are an <see cref="InvalidInputsException"/>.</summary>
    /// <param name="name">Its name, unique in project and domain.</param>
    /// <param name="workflow">The workflow; with its interface, inputs are checked at once.</param>
    /// <param name="defaultInputs">Inputs that an execution may override.</param>
    /// <param name="fixedInputs">Inputs that no execution may override.</param>
    /// <param name="notifications">Whom to tell when an execution ends.</param>
    /// <param name="schedule">When it runs by itself; null = never.</param>
    /// <param name="labels">Labels of its executions, by Kubernetes' rules.</param>
    /// <param name="annotations">Annotations of its executions.</param>
    /// <param name="options">How its executions run; null = as the platform says.</param>
    public static LaunchPlan Create(
        string name,
        WorkflowReference workflow,
        Inputs? defaultInputs = null,
        Inputs? fixedInputs = null,
        IEnumerable<Notification>? notifications = null,
        Schedule? schedule = null,
        IReadOnlyDictionary<string, string>? labels = null,
        IReadOnlyDictionary<string, string>? annotations = null,
        LaunchPlanOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(workflow);
        var variables = workflow.Interface is { } signature ? signature.Inputs ?? new VariableMap() : null;
        var (defaults, constants) = PlanInputs.Of(variables, defaultInputs ?? [], fixedInputs ?? []);
        // Maps that are empty are sent all the same: flytekit does, and the server compares.
        var spec = new LaunchPlanSpec
        {
            WorkflowId = workflow.Id.Clone(),
            EntityMetadata = new LaunchPlanMetadata
            {
                Schedule = schedule?.ToMessage(),
                Notifications = { (notifications ?? []).Select(notification => notification.ToMessage()) },
            },
            DefaultInputs = defaults,
            FixedInputs = constants,
            Labels = new Labels { Values = { Sorted(labels) } },
            Annotations = new Annotations { Values = { Sorted(annotations) } },
        };
        (options ?? new LaunchPlanOptions()).Fill(spec);
        return new LaunchPlan(name, workflow, spec);
    }

    /// <summary>Its identifier: project and domain are the workflow's.</summary>
    /// <param name="version">Its version; null = the workflow's.</param>
    public Identifier Id(string? version = null) =>
        EntityId.Of(ResourceType.LaunchPlan, Workflow.Id.Project, Workflow.Id.Domain, Name, version ?? Workflow.Id.Version);

    /// <summary>
    /// Registers it, inactive. One that is registered already with the same content is taken as it is; with other content it is refused
    /// (<see cref="StatusCode.InvalidArgument"/>), as all that the server finds wrong.
    /// </summary>
    /// <param name="admin">The server.</param>
    /// <param name="version">Its version; null = the workflow's.</param>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public async Task<RegisteredLaunchPlan> RegisterAsync(
        AdminClient admin,
        string? version = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(admin);
        var id = Id(version);
        try
        {
            await admin.CreateLaunchPlanAsync(new LaunchPlanCreateRequest { Id = id, Spec = spec }, cancellationToken);
        }
        catch (RpcException refused) when (refused.Code == StatusCode.AlreadyExists)
        {
            // The server says so only of equal content.
        }
        return await RegisteredLaunchPlan.FetchAsync(admin, id, cancellationToken);
    }

    // A map's order on the wire is the order in which it was filled; sorted, equal plans are equal bytes.
    private static Dictionary<string, string> Sorted(IReadOnlyDictionary<string, string>? values)
    {
        var sorted = new Dictionary<string, string>();
        foreach (var (key, value) in (values ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            sorted[key] = value;
        return sorted;
    }
}
