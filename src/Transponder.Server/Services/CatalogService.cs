using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Server.Wire;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService that registers and reads projects, tasks, workflows and launch plans.</summary>
internal sealed class CatalogService(
    ProjectRegistry projects,
    TaskRegistry tasks,
    WorkflowRegistry workflows,
    LaunchPlanRegistry launchPlans
)
{
    public void AddTo(RpcServiceBuilder admin) =>
        admin
            .Unary<ProjectRegisterRequest, ProjectRegisterResponse>(
                "RegisterProject",
                (request, context) => projects.RegisterAsync(request, context.CancellationToken)
            )
            .Unary<ProjectGetRequest, Project>("GetProject", (request, context) => projects.GetAsync(request, context.CancellationToken))
            .Unary<ProjectListRequest, Projects>(
                "ListProjects",
                (request, context) => projects.ListAsync(request, context.CancellationToken)
            )
            .Unary<GetDomainRequest, GetDomainsResponse>("GetDomains", (_, _) => Task.FromResult(Domains()))
            .Unary<TaskCreateRequest, TaskCreateResponse>(
                "CreateTask",
                (request, context) => tasks.CreateAsync(request, context.CancellationToken)
            )
            .Unary<ObjectGetRequest, Flyteidl.Admin.Task>(
                "GetTask",
                (request, context) => tasks.GetAsync(request, context.CancellationToken)
            )
            .Unary<WorkflowCreateRequest, WorkflowCreateResponse>(
                "CreateWorkflow",
                (request, context) => workflows.CreateAsync(request, context.CancellationToken)
            )
            .Unary<ObjectGetRequest, Workflow>("GetWorkflow", (request, context) => workflows.GetAsync(request, context.CancellationToken))
            .Unary<LaunchPlanCreateRequest, LaunchPlanCreateResponse>(
                "CreateLaunchPlan",
                (request, context) => launchPlans.CreateAsync(request, context.CancellationToken)
            )
            .Unary<ObjectGetRequest, LaunchPlan>(
                "GetLaunchPlan",
                (request, context) => launchPlans.GetAsync(request, context.CancellationToken)
            )
            .Unary<ActiveLaunchPlanRequest, LaunchPlan>(
                "GetActiveLaunchPlan",
                (request, context) => launchPlans.GetActiveAsync(request, context.CancellationToken)
            )
            .Unary<LaunchPlanUpdateRequest, LaunchPlanUpdateResponse>(
                "UpdateLaunchPlan",
                (request, context) => launchPlans.UpdateAsync(request, context.CancellationToken)
            );

    private GetDomainsResponse Domains()
    {
        var response = new GetDomainsResponse();
        response.Domains.AddRange(projects.Domains.Select(d => new Domain { Id = d.Id, Name = d.Name }));
        return response;
    }
}
