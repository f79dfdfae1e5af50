using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;

namespace Transponder.Core.Store;

/// <summary>Projects, tasks, workflows and launch plans with the names that their versions share, and matchable attributes.</summary>
public interface ICatalogStore
{
    /// <summary>Stores a new project; false when there is one of that id.</summary>
    /// <param name="project">The project.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> AddProjectAsync(ProjectRecord project, CancellationToken cancellationToken);

    /// <summary>The project; null when there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<ProjectRecord?> GetProjectAsync(string id, CancellationToken cancellationToken);

    /// <summary>All projects, by id.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<ProjectRecord>> ListProjectsAsync(CancellationToken cancellationToken);

    /// <summary>Changes a project in one transaction; false when there is none of that id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="change">Pure: from the stored body to the new one. May be called again when the database asks for it.</param>
    /// <param name="now">The moment, for <see cref="ProjectRecord.UpdatedAt"/>.</param>
    /// <param name="principal">Who does it, for those who are told; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> UpdateProjectAsync(
        string id,
        Func<byte[], byte[]> change,
        DateTimeOffset now,
        string principal,
        CancellationToken cancellationToken
    );

    /// <summary>Stores a new entity, and its name when it is the first of it; false when there is one of that kind, name and version.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> AddAsync(CatalogEntity entity, CancellationToken cancellationToken);

    /// <summary>The entity; null when there is none.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<CatalogEntity?> GetAsync(EntityKind kind, EntityKey key, CancellationToken cancellationToken);

    /// <summary>Those of the named entities that exist, in no order.</summary>
    /// <param name="kind">Their kind.</param>
    /// <param name="keys">Their names.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<CatalogEntity>> GetManyAsync(
        EntityKind kind,
        IReadOnlyCollection<EntityKey> keys,
        CancellationToken cancellationToken
    );

    /// <summary>The active launch plan of a name; null when none is.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="domain">Its domain.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<CatalogEntity?> GetActiveLaunchPlanAsync(string project, string domain, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Sets a launch plan's state in one transaction; activating it deactivates the active version of the same name. False when there is no such
    /// launch plan.
    /// </summary>
    /// <param name="key">The launch plan.</param>
    /// <param name="active">The new state.</param>
    /// <param name="now">The moment, for <see cref="CatalogEntity.UpdatedAt"/>.</param>
    /// <param name="principal">Who does it, for those who are told; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> SetLaunchPlanStateAsync(
        EntityKey key,
        bool active,
        DateTimeOffset now,
        string principal,
        CancellationToken cancellationToken
    );

    /// <summary>One page. An entity's <see cref="CatalogEntity.Body"/> is its summary where it has one.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<CatalogEntity>> ListAsync(CatalogQuery query, CancellationToken cancellationToken);

    /// <summary>The description that came with an entity; null when none did.</summary>
    /// <param name="kind">The entity's kind.</param>
    /// <param name="key">The entity's name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<byte[]?> GetDescriptionAsync(EntityKind kind, EntityKey key, CancellationToken cancellationToken);

    /// <summary>One page of the descriptions that came with entities.</summary>
    /// <param name="query">Which entities.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<byte[]>> ListDescriptionsAsync(CatalogQuery query, CancellationToken cancellationToken);

    /// <summary>Some entities that an earlier release stored without traits; none when all have them.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<CatalogEntity>> ListUntraitedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Stores traits of entities that have none, and their names where they are missing, in one transaction.</summary>
    /// <param name="entities">The entities with their traits.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task SetTraitsAsync(IReadOnlyCollection<CatalogEntity> entities, CancellationToken cancellationToken);

    /// <summary>What the versions of a name share; null when there is no version.</summary>
    /// <param name="key">The name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<NamedEntityRecord?> GetNameAsync(NameKey key, CancellationToken cancellationToken);

    /// <summary>One page of names.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<NamedEntityRecord>> ListNamesAsync(NameQuery query, CancellationToken cancellationToken);

    /// <summary>Sets what the versions of a name share; false when there is no version.</summary>
    /// <param name="key">The name.</param>
    /// <param name="state">The new state.</param>
    /// <param name="description">The new description; null = as it is.</param>
    /// <param name="now">The moment, for the list's <see cref="NameColumn.UpdatedAt"/>.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> UpdateNameAsync(
        NameKey key,
        NamedEntityState state,
        string? description,
        DateTimeOffset now,
        CancellationToken cancellationToken
    );

    /// <summary>Sets matchable attributes in one transaction.</summary>
    /// <param name="key">What they are set for.</param>
    /// <param name="merge">Pure: from the stored body, null when there is none, to the new one. May be called again when the database asks for it.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task SetAttributesAsync(AttributesKey key, Func<byte[]?, byte[]> merge, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes matchable attributes; nothing happens when there are none.</summary>
    /// <param name="key">What they are set for.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task DeleteAttributesAsync(AttributesKey key, CancellationToken cancellationToken);

    /// <summary>The attributes of the most specific level that has some: the key's own, then its domain's, then its project's. Null when none has.</summary>
    /// <param name="key">What they are asked for.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<AttributesRecord?> FindAttributesAsync(AttributesKey key, CancellationToken cancellationToken);

    /// <summary>All attributes of a kind: workflows' first, then domains', then projects', each by name.</summary>
    /// <param name="kind">The kind of resource.</param>
    /// <param name="projects">Only of these projects; null = of all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<AttributesRecord>> ListAttributesAsync(
        MatchableResource kind,
        IReadOnlySet<string>? projects,
        CancellationToken cancellationToken
    );
}
