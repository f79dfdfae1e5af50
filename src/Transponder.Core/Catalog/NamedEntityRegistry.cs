using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Lists;
using Transponder.Core.Store;

namespace Transponder.Core.Catalog;

/// <summary>What the versions of a name share: a description, and whether the name is shown. A name exists from its first version on.</summary>
public sealed class NamedEntityRegistry
{
    private const int LongestDescription = 300;

    private static readonly ListSort<NameColumn> ByName = new(NameColumn.Name, Descending: false);

    private static readonly ListFilter<NameColumn> Active = new(
        NameColumn.State,
        FilterFunction.Eq,
        [(long)NamedEntityState.NamedEntityActive]
    );

    private static readonly ListFilter<NameColumn> NotGenerated = new(
        NameColumn.State,
        FilterFunction.Ne,
        [(long)NamedEntityState.SystemGenerated]
    );

    private readonly ICatalogStore store;
    private readonly TimeProvider clock;

    /// <summary>Makes the registry.</summary>
    /// <param name="store">Where names are kept.</param>
    /// <param name="clock">The time.</param>
    public NamedEntityRegistry(ICatalogStore store, TimeProvider clock)
    {
        this.store = store;
        this.clock = clock;
    }

    /// <summary>A name with its description and state.</summary>
    /// <param name="request">The kind and name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<NamedEntity> GetAsync(NamedEntityGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = Key(request.ResourceType, request.Id);
        return Present(await store.GetNameAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound(Word(key.Kind), key));
    }

    /// <summary>Sets a name's state, and its description unless the request's is empty.</summary>
    /// <param name="request">The name and what to set.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<NamedEntityUpdateResponse> UpdateAsync(NamedEntityUpdateRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = Key(request.ResourceType, request.Id);
        var metadata = request.Metadata ?? throw IdentifierRules.Missing("metadata");
        if (!Enum.IsDefined(metadata.State))
            throw IdentifierRules.Invalid($"invalid value for metadata.state: {(int)metadata.State}");
        if (metadata.Description.Length > LongestDescription)
            throw IdentifierRules.Invalid($"metadata.description cannot exceed {LongestDescription} characters");
        var description = metadata.Description.Length == 0 ? null : metadata.Description.Replace('\0', '\uFFFD');
        if (!await store.UpdateNameAsync(key, metadata.State, description, clock.GetUtcNow(), cancellationToken))
            throw IdentifierRules.NotFound(Word(key.Kind), key);
        return new NamedEntityUpdateResponse();
    }

    /// <summary>A page of names by name; workflows that the platform made by itself only where a filter names <c>state</c>.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<NamedEntityList> ListAsync(NamedEntityListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var kind = Kind(request.ResourceType);
        var hidden = kind == EntityKind.Workflow ? NotGenerated : null;
        var (project, domain) = (request.Project, request.Domain);
        var query = Query(kind, project, domain, ListPage.Of(request.Limit, request.Token), request.Filters, request.SortBy, hidden);
        var page = new NamedEntityList();
        page.Entities.AddRange((await store.ListNamesAsync(query, cancellationToken)).Select(Present));
        page.Token = query.Page.Next(page.Entities.Count);
        return page;
    }

    /// <summary>A page of identifiers by name; those that are archived or made by the platform only where a filter names <c>state</c>.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<NamedEntityIdentifierList> ListIdsAsync(
        EntityKind kind,
        NamedEntityIdentifierListRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var (project, domain) = (request.Project, request.Domain);
        var query = Query(kind, project, domain, ListPage.Of(request.Limit, request.Token), request.Filters, request.SortBy, Active);
        var page = new NamedEntityIdentifierList();
        page.Entities.AddRange((await store.ListNamesAsync(query, cancellationToken)).Select(record => Identifier(record.Key)));
        page.Token = query.Page.Next(page.Entities.Count);
        return page;
    }

    private static NameQuery Query(
        EntityKind kind,
        string project,
        string domain,
        ListPage page,
        string filters,
        Sort? sort,
        ListFilter<NameColumn>? unlessStateIsNamed
    )
    {
        IdentifierRules.Require(project, "project");
        IdentifierRules.Require(domain, "domain");
        var conditions = CatalogFields.Names.Filters(filters);
        if (unlessStateIsNamed is not null && conditions.All(condition => condition.Column != NameColumn.State))
            conditions = [.. conditions, unlessStateIsNamed];
        return new NameQuery
        {
            Kind = kind,
            Project = project,
            Domain = domain,
            Filters = conditions,
            Sort = CatalogFields.Names.Sort(sort, ByName),
            Page = page,
        };
    }

    private static NameKey Key(ResourceType type, NamedEntityIdentifier? id)
    {
        var kind = Kind(type);
        IdentifierRules.Require(id);
        return new NameKey(kind, id!.Project, id.Domain, id.Name);
    }

    private static EntityKind Kind(ResourceType type) =>
        type switch
        {
            ResourceType.Task => EntityKind.Task,
            ResourceType.Workflow => EntityKind.Workflow,
            ResourceType.LaunchPlan => EntityKind.LaunchPlan,
            _ => throw IdentifierRules.Invalid($"invalid value for resource_type: {type}; known are TASK, WORKFLOW and LAUNCH_PLAN"),
        };

    private static string Word(EntityKind kind) =>
        kind switch
        {
            EntityKind.Task => "task",
            EntityKind.Workflow => "workflow",
            _ => "launch plan",
        };

    private static NamedEntity Present(NamedEntityRecord record) =>
        new()
        {
            ResourceType = (ResourceType)record.Key.Kind,
            Id = Identifier(record.Key),
            Metadata = new NamedEntityMetadata { Description = record.Description, State = record.State },
        };

    private static NamedEntityIdentifier Identifier(NameKey key) =>
        new()
        {
            Project = key.Project,
            Domain = key.Domain,
            Name = key.Name,
        };
}
