using Flyteidl.Admin;
using static Transponder.Server.Security.AccessRules;

namespace Transponder.Server.Security;

/// <summary>Who may use matchable attributes.</summary>
internal static class AttributeAccess
{
    public static void AddTo(AccessRules rules) =>
        rules
            .Service("flyteidl.service.AdminService")
            .Allow(Reads, "ListMatchableAttributes")
            .Allow<ProjectAttributesGetRequest>(Reads, "GetProjectAttributes", (request, gate) => gate.Require(request.Project))
            .Allow<ProjectAttributesDeleteRequest>(Administers, "DeleteProjectAttributes", (request, gate) => gate.Require(request.Project))
            .Allow<ProjectAttributesUpdateRequest>(
                Administers,
                "UpdateProjectAttributes",
                (request, gate) => gate.Require(request.Attributes?.Project)
            )
            .Allow<ProjectDomainAttributesGetRequest>(Reads, "GetProjectDomainAttributes", (request, gate) => gate.Require(request.Project))
            .Allow<ProjectDomainAttributesDeleteRequest>(
                Administers,
                "DeleteProjectDomainAttributes",
                (request, gate) => gate.Require(request.Project)
            )
            .Allow<ProjectDomainAttributesUpdateRequest>(
                Administers,
                "UpdateProjectDomainAttributes",
                (request, gate) => gate.Require(request.Attributes?.Project)
            )
            .Allow<WorkflowAttributesGetRequest>(Reads, "GetWorkflowAttributes", (request, gate) => gate.Require(request.Project))
            .Allow<WorkflowAttributesDeleteRequest>(
                Administers,
                "DeleteWorkflowAttributes",
                (request, gate) => gate.Require(request.Project)
            )
            .Allow<WorkflowAttributesUpdateRequest>(
                Administers,
                "UpdateWorkflowAttributes",
                (request, gate) => gate.Require(request.Attributes?.Project)
            );
}
