using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService that registers, reads and lists tasks, workflows and launch plans, with the descriptions that come with them.</summary>
internal sealed class CatalogService(
    TaskRegistry tasks,
    WorkflowRegistry workflows,
    LaunchPlanRegistry launchPlans,
    CatalogReader reader,
    ChangeSignal changes
)
{
    public void AddTo(RpcServiceBuilder admin) =>
        admin
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
                (request, context) => changes.ToldAsync(workflows.CreateAsync(request, context.Principal ?? "", context.CancellationToken))
            )
            .Unary<ObjectGetRequest, Workflow>("GetWorkflow", (request, context) => workflows.GetAsync(request, context.CancellationToken))
            .Unary<LaunchPlanCreateRequest, LaunchPlanCreateResponse>(
                "CreateLaunchPlan",
                (request, context) =>
                    changes.ToldAsync(launchPlans.CreateAsync(request, context.Principal ?? "", context.CancellationToken))
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
                (request, context) =>
                    changes.ToldAsync(launchPlans.UpdateAsync(request, context.Principal ?? "", context.CancellationToken))
            )
            .Unary<ResourceListRequest, TaskList>(
                "ListTasks",
                (request, context) => reader.ListTasksAsync(request, context.CancellationToken)
            )
            .Unary<ResourceListRequest, WorkflowList>(
                "ListWorkflows",
                (request, context) => reader.ListWorkflowsAsync(request, context.CancellationToken)
            )
            .Unary<ResourceListRequest, LaunchPlanList>(
                "ListLaunchPlans",
                (request, context) => reader.ListLaunchPlansAsync(request, context.CancellationToken)
            )
            .Unary<ActiveLaunchPlanListRequest, LaunchPlanList>(
                "ListActiveLaunchPlans",
                (request, context) => reader.ListActiveLaunchPlansAsync(request, context.CancellationToken)
            )
            .Unary<ObjectGetRequest, DescriptionEntity>(
                "GetDescriptionEntity",
                (request, context) => reader.GetDescriptionAsync(request, context.CancellationToken)
            )
            .Unary<DescriptionEntityListRequest, DescriptionEntityList>(
                "ListDescriptionEntities",
                (request, context) => reader.ListDescriptionsAsync(request, context.CancellationToken)
            );
}
