using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Executions;
using Transponder.Core.Lists;
using Transponder.Core.Store;
using FlyteTask = Flyteidl.Admin.Task;

namespace Transponder.Core.Catalog;

/// <summary>The lists of tasks, workflows and launch plans, all versions; oldest first where a request names no order, so that what is registered meanwhile comes last.</summary>
public sealed class CatalogReader
{
    private static readonly ListSort<CatalogColumn> OldestFirst = new(CatalogColumn.CreatedAt, Descending: false);

    private readonly ICatalogStore store;

    /// <summary>Makes a reader.</summary>
    /// <param name="store">Where the catalog is kept.</param>
    public CatalogReader(ICatalogStore store)
    {
        this.store = store;
    }

    /// <summary>A page of tasks.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<TaskList> ListTasksAsync(ResourceListRequest request, CancellationToken cancellationToken)
    {
        var query = Query(EntityKind.Task, CatalogFields.Tasks, request);
        var page = new TaskList();
        page.Tasks.AddRange((await store.ListAsync(query, cancellationToken)).Select(entity => FlyteTask.Parser.ParseFrom(entity.Body)));
        page.Token = query.Page.Next(page.Tasks.Count);
        return page;
    }

    /// <summary>A page of workflows; of the compiled closure they show the interface only.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<WorkflowList> ListWorkflowsAsync(ResourceListRequest request, CancellationToken cancellationToken)
    {
        var query = Query(EntityKind.Workflow, CatalogFields.Workflows, request);
        var page = new WorkflowList();
        page.Workflows.AddRange((await store.ListAsync(query, cancellationToken)).Select(entity => Workflow.Parser.ParseFrom(entity.Body)));
        page.Token = query.Page.Next(page.Workflows.Count);
        return page;
    }

    /// <summary>A page of launch plans with their present states.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<LaunchPlanList> ListLaunchPlansAsync(ResourceListRequest request, CancellationToken cancellationToken) =>
        ListLaunchPlansAsync(Query(EntityKind.LaunchPlan, CatalogFields.LaunchPlans, request), cancellationToken);

    /// <summary>A page of a project-domain's active launch plans.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<LaunchPlanList> ListActiveLaunchPlansAsync(ActiveLaunchPlanListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Project, "project");
        IdentifierRules.Require(request.Domain, "domain");
        var query = new CatalogQuery
        {
            Kind = EntityKind.LaunchPlan,
            Project = request.Project,
            Domain = request.Domain,
            Filters = [new ListFilter<CatalogColumn>(CatalogColumn.State, FilterFunction.Eq, [(long)LaunchPlanState.Active])],
            Sort = CatalogFields.LaunchPlans.Sort(request.SortBy, OldestFirst),
            Page = ListPage.Of(request.Limit, request.Token),
        };
        return ListLaunchPlansAsync(query, cancellationToken);
    }

    /// <summary>The description that came with a task or workflow; <see cref="Protocol.StatusCode.NotFound"/> when none did.</summary>
    /// <param name="request">The entity's identifier, with its resource type.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<DescriptionEntity> GetDescriptionAsync(ObjectGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Id is null)
            throw IdentifierRules.Missing("id");
        var kind = Described(request.Id.ResourceType, "id.resource_type");
        IdentifierRules.RequireParts(request.Id);
        var key = EntityKey.From(request.Id);
        var body =
            await store.GetDescriptionAsync(kind, key, cancellationToken) ?? throw IdentifierRules.NotFound("description entity", key);
        return DescriptionEntity.Parser.ParseFrom(body);
    }

    /// <summary>A page of the descriptions that came with tasks or workflows.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<DescriptionEntityList> ListDescriptionsAsync(
        DescriptionEntityListRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var kind = Described(request.ResourceType, "resource_type");
        var resources = new ResourceListRequest
        {
            Id = request.Id,
            Limit = request.Limit,
            Token = request.Token,
            Filters = request.Filters,
            SortBy = request.SortBy,
        };
        var query = Query(kind, CatalogFields.Descriptions, resources);
        var page = new DescriptionEntityList();
        page.DescriptionEntities.AddRange(
            (await store.ListDescriptionsAsync(query, cancellationToken)).Select(DescriptionEntity.Parser.ParseFrom)
        );
        page.Token = query.Page.Next(page.DescriptionEntities.Count);
        return page;
    }

    private async Task<LaunchPlanList> ListLaunchPlansAsync(CatalogQuery query, CancellationToken cancellationToken)
    {
        var page = new LaunchPlanList();
        page.LaunchPlans.AddRange((await store.ListAsync(query, cancellationToken)).Select(LaunchPlanRegistry.Present));
        page.Token = query.Page.Next(page.LaunchPlans.Count);
        return page;
    }

    private static CatalogQuery Query(EntityKind kind, ListFields<CatalogColumn> fields, ResourceListRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Id is null)
            throw IdentifierRules.Missing("id");
        IdentifierRules.Require(request.Id.Project, "id.project");
        IdentifierRules.Require(request.Id.Domain, "id.domain");
        IdentifierRules.CheckText(request.Id.Name, "id.name");
        return new CatalogQuery
        {
            Kind = kind,
            Project = request.Id.Project,
            Domain = request.Id.Domain,
            Name = request.Id.Name,
            Page = ListPage.Of(request.Limit, request.Token),
            Filters = fields.Filters(request.Filters),
            Sort = fields.Sort(request.SortBy, OldestFirst),
        };
    }

    private static EntityKind Described(ResourceType type, string field) =>
        type switch
        {
            ResourceType.Task => EntityKind.Task,
            ResourceType.Workflow => EntityKind.Workflow,
            ResourceType.LaunchPlan => EntityKind.LaunchPlan,
            _ => throw IdentifierRules.Invalid($"invalid value for {field}: {type}; descriptions come with tasks and workflows"),
        };
}
