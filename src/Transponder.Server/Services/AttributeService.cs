using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService that keeps matchable attributes.</summary>
internal sealed class AttributeService(AttributeRegistry attributes)
{
    public void AddTo(RpcServiceBuilder admin) =>
        admin
            .Unary<ProjectAttributesUpdateRequest, ProjectAttributesUpdateResponse>(
                "UpdateProjectAttributes",
                (request, context) => attributes.UpdateAsync(request, context.CancellationToken)
            )
            .Unary<ProjectAttributesGetRequest, ProjectAttributesGetResponse>(
                "GetProjectAttributes",
                (request, context) => attributes.GetAsync(request, context.CancellationToken)
            )
            .Unary<ProjectAttributesDeleteRequest, ProjectAttributesDeleteResponse>(
                "DeleteProjectAttributes",
                (request, context) => attributes.DeleteAsync(request, context.CancellationToken)
            )
            .Unary<ProjectDomainAttributesUpdateRequest, ProjectDomainAttributesUpdateResponse>(
                "UpdateProjectDomainAttributes",
                (request, context) => attributes.UpdateAsync(request, context.CancellationToken)
            )
            .Unary<ProjectDomainAttributesGetRequest, ProjectDomainAttributesGetResponse>(
                "GetProjectDomainAttributes",
                (request, context) => attributes.GetAsync(request, context.CancellationToken)
            )
            .Unary<ProjectDomainAttributesDeleteRequest, ProjectDomainAttributesDeleteResponse>(
                "DeleteProjectDomainAttributes",
                (request, context) => attributes.DeleteAsync(request, context.CancellationToken)
            )
            .Unary<WorkflowAttributesUpdateRequest, WorkflowAttributesUpdateResponse>(
                "UpdateWorkflowAttributes",
                (request, context) => attributes.UpdateAsync(request, context.CancellationToken)
            )
            .Unary<WorkflowAttributesGetRequest, WorkflowAttributesGetResponse>(
                "GetWorkflowAttributes",
                (request, context) => attributes.GetAsync(request, context.CancellationToken)
            )
            .Unary<WorkflowAttributesDeleteRequest, WorkflowAttributesDeleteResponse>(
                "DeleteWorkflowAttributes",
                (request, context) => attributes.DeleteAsync(request, context.CancellationToken)
            )
            .Unary<ListMatchableAttributesRequest, ListMatchableAttributesResponse>(
                "ListMatchableAttributes",
                (request, context) => attributes.ListAsync(request, context.Caller.Projects, context.CancellationToken)
            );
}
