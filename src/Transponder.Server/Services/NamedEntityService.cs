using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService about names: identifiers, descriptions and states that all versions share.</summary>
internal sealed class NamedEntityService(NamedEntityRegistry names)
{
    public void AddTo(RpcServiceBuilder admin) =>
        admin
            .Unary<NamedEntityIdentifierListRequest, NamedEntityIdentifierList>("ListTaskIds", Ids(EntityKind.Task))
            .Unary<NamedEntityIdentifierListRequest, NamedEntityIdentifierList>("ListWorkflowIds", Ids(EntityKind.Workflow))
            .Unary<NamedEntityIdentifierListRequest, NamedEntityIdentifierList>("ListLaunchPlanIds", Ids(EntityKind.LaunchPlan))
            .Unary<NamedEntityGetRequest, NamedEntity>(
                "GetNamedEntity",
                (request, context) => names.GetAsync(request, context.CancellationToken)
            )
            .Unary<NamedEntityUpdateRequest, NamedEntityUpdateResponse>(
                "UpdateNamedEntity",
                (request, context) => names.UpdateAsync(request, context.CancellationToken)
            )
            .Unary<NamedEntityListRequest, NamedEntityList>(
                "ListNamedEntities",
                (request, context) => names.ListAsync(request, context.CancellationToken)
            );

    private Func<NamedEntityIdentifierListRequest, RpcContext, Task<NamedEntityIdentifierList>> Ids(EntityKind kind) =>
        (request, context) => names.ListIdsAsync(kind, request, context.CancellationToken);
}
