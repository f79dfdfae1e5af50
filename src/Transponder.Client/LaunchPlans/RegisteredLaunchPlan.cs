using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client.Executions;
using Transponder.Client.Values;

namespace Transponder.Client.LaunchPlans;

/// <summary>A launch plan as a server keeps it: it can be activated, and executions of it started.</summary>
public sealed class RegisteredLaunchPlan
{
    private readonly AdminClient admin;

    private RegisteredLaunchPlan(AdminClient admin, Flyteidl.Admin.LaunchPlan stored) => (this.admin, Stored) = (admin, stored);

    /// <summary>The identifier.</summary>
    public Identifier Id => Stored.Id;

    /// <summary>What the server answered when it was fetched: the spec, expected inputs and outputs, and whether it was active.</summary>
    public Flyteidl.Admin.LaunchPlan Stored { get; }

    /// <summary>Asks a server for one version of a launch plan.</summary>
    /// <param name="admin">The server.</param>
    /// <param name="id">Its identifier.</param>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public static async Task<RegisteredLaunchPlan> FetchAsync(
        AdminClient admin,
        Identifier id,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(admin);
        return new(admin, await admin.GetLaunchPlanAsync(new ObjectGetRequest { Id = id }, cancellationToken));
    }

    /// <summary>Asks a server for the active version of a launch plan.</summary>
    /// <param name="admin">The server.</param>
    /// <param name="project">Its project.</param>
    /// <param name="domain">Its domain.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public static async Task<RegisteredLaunchPlan> FetchActiveAsync(
        AdminClient admin,
        string project,
        string domain,
        string name,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(admin);
        var id = new NamedEntityIdentifier
        {
            Project = project,
            Domain = domain,
            Name = name,
        };
        return new(admin, await admin.GetActiveLaunchPlanAsync(new ActiveLaunchPlanRequest { Id = id }, cancellationToken));
    }

    /// <summary>Makes this version the active one, which its schedule needs; the one that was active no longer is.</summary>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public System.Threading.Tasks.Task ActivateAsync(CancellationToken cancellationToken = default) =>
        SetAsync(LaunchPlanState.Active, cancellationToken);

    /// <summary>Ends its schedule; executions can be started still.</summary>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public System.Threading.Tasks.Task DeactivateAsync(CancellationToken cancellationToken = default) =>
        SetAsync(LaunchPlanState.Inactive, cancellationToken);

    /// <summary>Starts an execution. Inputs that do not fit are an <see cref="InvalidInputsException"/>, and nothing is sent.</summary>
    /// <param name="inputs">Inputs that override defaults, and those that have none.</param>
    /// <param name="options">Its name, labels and notifications; null = a name from the server, the rest from the launch plan.</param>
    /// <param name="cancellationToken">Withdraws the call; whether it took effect is then unknown, unless the execution was named.</param>
    public async Task<ExecutionHandle> ExecuteAsync(
        Inputs? inputs = null,
        ExecutionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var request = new ExecutionCreateRequest
        {
            Project = Id.Project,
            Domain = Id.Domain,
            Name = options?.Name ?? "",
            Inputs = PlanInputs.Of(Stored.Closure?.ExpectedInputs, Stored.Spec?.FixedInputs, inputs ?? []),
            Spec = (options ?? new ExecutionOptions()).ToSpec(Id),
        };
        var created = await admin.CreateExecutionAsync(request, cancellationToken);
        return new ExecutionHandle(admin, created.Id);
    }

    private Task<LaunchPlanUpdateResponse> SetAsync(LaunchPlanState state, CancellationToken cancellationToken) =>
        admin.UpdateLaunchPlanAsync(new LaunchPlanUpdateRequest { Id = Id, State = state }, cancellationToken);
}
