using Flyteidl.Admin;
using Transponder.Core.Catalog;
using static Transponder.Server.Security.AccessRules;

namespace Transponder.Server.Security;

/// <summary>Who may use the catalogue: projects, tasks, workflows, launch plans, and what describes them.</summary>
internal static class CatalogAccess
{
    public static void AddTo(AccessRules rules) =>
        rules
            .Service("flyteidl.service.AdminService")
            .Known("GetVersion", "GetDomains")
            .Allow(Reads, "ListProjects")
            .Allow<ProjectGetRequest>(Reads, "GetProject", (request, gate) => gate.Require(request.Id))
            .Allow<ProjectRegisterRequest>(Administers, "RegisterProject", (request, gate) => gate.Require(request.Project?.Id))
            .Allow<Project>(Administers, "UpdateProject", (request, gate) => gate.Require(request.Id))
            .Allow<TaskCreateRequest>(Produces, "CreateTask", Task)
            .Allow<WorkflowCreateRequest>(Produces, "CreateWorkflow", Workflow)
            .Allow<LaunchPlanCreateRequest>(Produces, "CreateLaunchPlan", LaunchPlan)
            .Allow<LaunchPlanUpdateRequest>(Runs, "UpdateLaunchPlan", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<ObjectGetRequest>(Reads, "GetTask", Entity)
            .Allow<ObjectGetRequest>(Reads, "GetWorkflow", Entity)
            .Allow<ObjectGetRequest>(Reads, "GetLaunchPlan", Entity)
            .Allow<ObjectGetRequest>(Reads, "GetDescriptionEntity", Entity)
            .Allow<ActiveLaunchPlanRequest>(Reads, "GetActiveLaunchPlan", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<ActiveLaunchPlanListRequest>(Reads, "ListActiveLaunchPlans", (request, gate) => gate.Require(request.Project))
            .Allow<ResourceListRequest>(Reads, "ListTasks", Resources)
            .Allow<ResourceListRequest>(Reads, "ListWorkflows", Resources)
            .Allow<ResourceListRequest>(Reads, "ListLaunchPlans", Resources)
            .Allow<NamedEntityIdentifierListRequest>(Reads, "ListTaskIds", Names)
            .Allow<NamedEntityIdentifierListRequest>(Reads, "ListWorkflowIds", Names)
            .Allow<NamedEntityIdentifierListRequest>(Reads, "ListLaunchPlanIds", Names)
            .Allow<DescriptionEntityListRequest>(Reads, "ListDescriptionEntities", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<NamedEntityListRequest>(Reads, "ListNamedEntities", (request, gate) => gate.Require(request.Project))
            .Allow<NamedEntityGetRequest>(Reads, "GetNamedEntity", (request, gate) => gate.Require(request.Id?.Project))
            .Allow<NamedEntityUpdateRequest>(Operates, "UpdateNamedEntity", (request, gate) => gate.Require(request.Id?.Project));

    private static void Entity(ObjectGetRequest request, ProjectGate gate) => gate.Require(request.Id?.Project);

    private static void Resources(ResourceListRequest request, ProjectGate gate) => gate.Require(request.Id?.Project);

    private static void Names(NamedEntityIdentifierListRequest request, ProjectGate gate) => gate.Require(request.Project);

    private static void Task(TaskCreateRequest request, ProjectGate gate)
    {
        gate.Require(request.Id?.Project);
        gate.Allow(request.Spec?.Template?.Id?.Project);
        gate.Allow(request.Spec?.Description?.Id?.Project);
    }

    // A compiled workflow shows what its nodes refer to.
    private static void Workflow(WorkflowCreateRequest request, ProjectGate gate)
    {
        gate.Require(request.Id?.Project);
        if (request.Spec is not { } spec)
            return;
        gate.Allow(spec.Description?.Id?.Project);
        foreach (var template in spec.Template is { } main ? spec.SubWorkflows.Prepend(main) : spec.SubWorkflows)
        {
            gate.Allow(template.Id?.Project);
            var references = WorkflowReferences.Of(template, []);
            foreach (var task in references.Tasks.Keys)
                gate.Allow(task.Project);
            foreach (var launchPlan in references.LaunchPlans.Keys)
                gate.Allow(launchPlan.Project);
            foreach (var workflow in WorkflowReferences.SubWorkflowsOf(template))
                gate.Allow(workflow.Project);
        }
    }

    private static void LaunchPlan(LaunchPlanCreateRequest request, ProjectGate gate)
    {
        gate.Require(request.Id?.Project);
        gate.Allow(request.Spec?.WorkflowId?.Project);
    }
}
