using Flyteidl.Core;

namespace Transponder.Client.LaunchPlans;

/// <summary>Identifiers from their parts.</summary>
internal static class EntityId
{
    public static Identifier Of(ResourceType kind, string project, string domain, string name, string version)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(project);
        ArgumentException.ThrowIfNullOrWhiteSpace(domain);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        return new Identifier
        {
            ResourceType = kind,
            Project = project,
            Domain = domain,
            Name = name,
            Version = version,
        };
    }

    public static string Text(Identifier id) => $"{id.Project}/{id.Domain}/{id.Name}/{id.Version}";
}
