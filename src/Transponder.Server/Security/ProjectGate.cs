using Transponder.Protocol;

namespace Transponder.Server.Security;

/// <summary>Lets through what names only projects that the caller may touch. It never says whether what is named exists.</summary>
/// <param name="projects">The caller's projects.</param>
internal readonly struct ProjectGate(IReadOnlySet<string> projects)
{
    /// <summary>A project that the request must name.</summary>
    public void Require(string? project)
    {
        if (string.IsNullOrEmpty(project))
            throw new RpcException(
                StatusCode.PermissionDenied,
                $"the request names no project, and the token is confined to {Words(projects)}"
            );
        Allow(project);
    }

    /// <summary>A project that the request may name.</summary>
    public void Allow(string? project)
    {
        if (!string.IsNullOrEmpty(project) && !projects.Contains(project))
            throw new RpcException(
                StatusCode.PermissionDenied,
                $"project {project} is not open to this token for this call; it is confined to {Words(projects)}"
            );
    }

    private static string Words(IReadOnlySet<string> projects) =>
        projects.Count == 0 ? "no project" : string.Join(", ", projects.Order(StringComparer.Ordinal).Take(20));
}
