namespace Transponder.Server.Security;

/// <summary>Who calls, and what it may see and do. Made once for each call, before its handler runs.</summary>
internal sealed record Caller
{
    /// <summary>The caller of a server without authentication: it may do everything.</summary>
    public static Caller Anyone { get; } = new() { Name = "", Roles = Roles.Admin };

    /// <summary>The caller's name as events, executions and logs record it; empty when nobody says.</summary>
    public required string Name { get; init; }

    /// <summary>All roles of the caller.</summary>
    public required Roles Roles { get; init; }

    /// <summary>The projects that the caller is confined to; null = all.</summary>
    public IReadOnlySet<string>? Projects { get; init; }

    /// <summary>Whether what belongs to a project may be shown to the caller.</summary>
    /// <param name="project">The project's id.</param>
    public bool Sees(string project) => Projects is null || Projects.Contains(project);
}

/// <summary>What a caller may do; <see cref="Admin"/> includes all others, and each of the others may read.</summary>
[Flags]
internal enum Roles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reads.</summary>
    Viewer = 1,

    /// <summary>Registers, executes, and reports events: SDKs and propeller.</summary>
    Producer = 2,

    /// <summary>Replays deliveries, sends tests, ends executions, changes the state of what others made.</summary>
    Operator = 4,

    /// <summary>Changes projects and settings that hold for all.</summary>
    Admin = 8,
}
