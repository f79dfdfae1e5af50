using Transponder.Server.Configuration;
using Transponder.Server.Configuration.Sections;

namespace Transponder.Server.Reload;

/// <summary>Which sections two configurations differ in, and which of these a running server cannot take over.</summary>
/// <param name="Applied">Sections that take effect at once.</param>
/// <param name="NeedRestart">Sections that take effect with the next start.</param>
internal sealed record ConfigChange(IReadOnlyList<string> Applied, IReadOnlyList<string> NeedRestart)
{
    private static readonly HashSet<string> Live = new(StringComparer.OrdinalIgnoreCase)
    {
        "auth",
        "channels",
        "cloudEvents",
        "console",
        "delivery",
        "egress",
        "externalEvents",
        "notifications",
        "outbound",
        "projects",
        "recipients",
        "retention",
        "secrets",
        "sinks",
    };

    public static ConfigChange Between(ConfigResult before, ConfigResult after)
    {
        var changed = before
            .Sections.Keys.Union(after.Sections.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(section => before.Sections.GetValueOrDefault(section) != after.Sections.GetValueOrDefault(section))
            .Where(section => !FlyteSections.NotOurs.Contains(section, StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToLookup(Live.Contains);
        return new ConfigChange([.. changed[true]], [.. changed[false]]);
    }
}
