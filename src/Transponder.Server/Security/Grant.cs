namespace Transponder.Server.Security;

/// <summary>Roles, and where they hold.</summary>
/// <param name="Roles">What may be done.</param>
/// <param name="Projects">The projects in which it may be done; null = all.</param>
public sealed record Grant(Roles Roles, IReadOnlySet<string>? Projects);
