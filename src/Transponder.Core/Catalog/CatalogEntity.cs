using Transponder.Core.Executions;

namespace Transponder.Core.Catalog;

/// <summary>A task, workflow or launch plan as stored: immutable but for a launch plan's state.</summary>
public sealed record CatalogEntity
{
    /// <summary>Its kind.</summary>
    public required EntityKind Kind { get; init; }

    /// <summary>Its full name.</summary>
    public required EntityKey Key { get; init; }

    /// <summary>The serialised <c>flyteidl.admin.{Task,Workflow,LaunchPlan}</c>, without what changes later.</summary>
    public required byte[] Body { get; init; }

    /// <summary>SHA-256 of what was registered: equal digests are the same entity.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its state last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Only a launch plan can be: one version of each name at most.</summary>
    public bool Active { get; init; }

    /// <summary>What lists filter, sort and show beside the name.</summary>
    public EntityTraits Traits { get; init; } = new();

    /// <summary>The serialised <c>flyteidl.admin.DescriptionEntity</c> that came with it; null when none did. Written, never read back.</summary>
    public byte[]? Description { get; init; }

    /// <summary>Who registers it, for those who are told; empty when unknown. Never read back.</summary>
    public string Principal { get; init; } = "";
}

/// <summary>The kinds of registered entities. The numbers are stored, and are those of <c>flyteidl.core.ResourceType</c>.</summary>
public enum EntityKind
{
    /// <summary>A task.</summary>
    Task = 1,

    /// <summary>A workflow.</summary>
    Workflow = 2,

    /// <summary>A launch plan.</summary>
    LaunchPlan = 3,
}

/// <summary>A project as stored.</summary>
/// <param name="Id">Its id, unique.</param>
/// <param name="Body">The serialised <c>flyteidl.admin.Project</c>, without its domains.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="UpdatedAt">When it last changed; null = never.</param>
public sealed record ProjectRecord(string Id, byte[] Body, DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt = null)
{
    /// <summary>Who registers it, for those who are told; empty when unknown. Never read back.</summary>
    public string Principal { get; init; } = "";
}
