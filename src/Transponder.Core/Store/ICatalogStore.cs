using Transponder.Core.Catalog;
using Transponder.Core.Executions;

namespace Transponder.Core.Store;

/// <summary>Projects, tasks, workflows and launch plans.</summary>
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

    /// <summary>Stores a new entity; false when there is one of that kind and name.</summary>
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
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> SetLaunchPlanStateAsync(EntityKey key, bool active, DateTimeOffset now, CancellationToken cancellationToken);
}
