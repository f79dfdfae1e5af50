using System.Text.RegularExpressions;
using Transponder.Core.Catalog;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>domains</c> and <c>projects</c>.</summary>
internal static partial class CatalogSection
{
    public static IReadOnlyList<DomainOption> Domains(ConfigSection top)
    {
        if (!top.Has("domains"))
            return DomainOption.Defaults;
        var domains = new List<DomainOption>();
        foreach (var (text, map) in top.Items("domains"))
        {
            var id = text ?? map!.Required("id", "the domain's id");
            var name = map?.Text("name") ?? id;
            if (id.Length == 0)
                continue;
            if (!Identifier().IsMatch(id))
                Report(map, top, "domains", $"\"{id}\" is not a domain id: letters, digits, - and _");
            else if (domains.Exists(other => other.Id == id))
                Report(map, top, "domains", $"the domain \"{id}\" is listed twice");
            else
                domains.Add(new DomainOption(id, name));
        }

        return domains;
    }

    public static IReadOnlyList<string> Projects(ConfigSection top)
    {
        var projects = top.Texts("projects");
        foreach (var project in projects)
        {
            if (!Identifier().IsMatch(project))
                top.Error("projects", $"\"{project}\" is not a project id: letters, digits, - and _");
        }

        return projects;
    }

    private static void Report(ConfigSection? map, ConfigSection top, string key, string text)
    {
        if (map is null)
            top.Error(key, text);
        else
            map.ErrorHere(text);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")]
    private static partial Regex Identifier();
}
