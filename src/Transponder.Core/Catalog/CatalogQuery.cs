using Transponder.Core.Lists;

namespace Transponder.Core.Catalog;

/// <summary>One page of a project-domain's entities of one kind: every version, or those of one name.</summary>
public sealed record CatalogQuery
{
    /// <summary>The kind.</summary>
    public required EntityKind Kind { get; init; }

    /// <summary>The project; required.</summary>
    public required string Project { get; init; }

    /// <summary>The domain; required.</summary>
    public required string Domain { get; init; }

    /// <summary>Only versions of this name; empty = of all.</summary>
    public string Name { get; init; } = "";

    /// <summary>All must hold.</summary>
    public IReadOnlyList<ListFilter<CatalogColumn>> Filters { get; init; } = [];

    /// <summary>The order. Ties are broken by the store's own number, in the same direction.</summary>
    public required ListSort<CatalogColumn> Sort { get; init; }

    /// <summary>Which part.</summary>
    public required ListPage Page { get; init; }
}

/// <summary>The columns of entities that lists filter and sort by.</summary>
public enum CatalogColumn
{
    /// <summary>The project.</summary>
    Project,

    /// <summary>The domain.</summary>
    Domain,

    /// <summary>The name.</summary>
    Name,

    /// <summary>The version.</summary>
    Version,

    /// <summary>When it was registered.</summary>
    CreatedAt,

    /// <summary>When its state last changed.</summary>
    UpdatedAt,

    /// <summary>A launch plan's state: 1 when it is active, else 0.</summary>
    State,

    /// <summary>A task's type.</summary>
    TaskType,

    /// <summary>The short description of a task or workflow.</summary>
    ShortDescription,

    /// <summary>A launch plan's kind of schedule.</summary>
    ScheduleType,

    /// <summary>The project of a launch plan's workflow.</summary>
    WorkflowProject,

    /// <summary>The domain of a launch plan's workflow.</summary>
    WorkflowDomain,

    /// <summary>The name of a launch plan's workflow.</summary>
    WorkflowName,

    /// <summary>The version of a launch plan's workflow.</summary>
    WorkflowVersion,
}
