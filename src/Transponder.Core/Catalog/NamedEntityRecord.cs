using Flyteidl.Admin;
using Transponder.Core.Lists;

namespace Transponder.Core.Catalog;

/// <summary>What all versions of one name share.</summary>
/// <param name="Key">The kind and name.</param>
/// <param name="Description">The description, for people.</param>
/// <param name="State">Whether it is shown.</param>
public sealed record NamedEntityRecord(NameKey Key, string Description, NamedEntityState State);

/// <summary>The name that versions of one kind share.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Project">The project.</param>
/// <param name="Domain">The domain.</param>
/// <param name="Name">The name.</param>
public readonly record struct NameKey(EntityKind Kind, string Project, string Domain, string Name)
{
    /// <summary><c>project/domain/name</c>, for people.</summary>
    public override string ToString() => $"{Project}/{Domain}/{Name}";
}

/// <summary>One page of a project-domain's names of one kind.</summary>
public sealed record NameQuery
{
    /// <summary>The kind.</summary>
    public required EntityKind Kind { get; init; }

    /// <summary>The project; required.</summary>
    public required string Project { get; init; }

    /// <summary>The domain; required.</summary>
    public required string Domain { get; init; }

    /// <summary>All must hold.</summary>
    public IReadOnlyList<ListFilter<NameColumn>> Filters { get; init; } = [];

    /// <summary>The order. Ties are broken by the store's own number, in the same direction.</summary>
    public required ListSort<NameColumn> Sort { get; init; }

    /// <summary>Which part.</summary>
    public required ListPage Page { get; init; }
}

/// <summary>The columns of names that lists filter and sort by.</summary>
public enum NameColumn
{
    /// <summary>The project.</summary>
    Project,

    /// <summary>The domain.</summary>
    Domain,

    /// <summary>The name.</summary>
    Name,

    /// <summary>The description.</summary>
    Description,

    /// <summary>The number of <see cref="NamedEntityState"/>.</summary>
    State,

    /// <summary>When its first version was registered.</summary>
    CreatedAt,

    /// <summary>When its description or state last changed.</summary>
    UpdatedAt,
}
