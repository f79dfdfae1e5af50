namespace Transponder.Server.Configuration;

/// <summary>
/// What Helm's values write otherwise than the configuration itself: sections in snake case, and files of the configuration as texts under their
/// names (<c>cloud_events.yaml: |</c>). Problems keep the lines and keys as written.
/// </summary>
internal static class HelmSpellings
{
    private static readonly (string Helm, string Section)[] Renamed =
    [
        ("cloud_events", "cloudEvents"),
        ("external_events", "externalEvents"),
    ];

    /// <summary>The sections in snake case.</summary>
    public static string[] Sections { get; } = [.. Renamed.Select(pair => pair.Helm)];

    /// <summary>The same content as the configuration itself would write it.</summary>
    public static ConfigValue Resolve(ConfigValue root, List<ConfigProblem> problems)
    {
        if (root.Map is null)
            return root;
        var result = Rename(root, problems);
        foreach (var (_, wrapped) in root.Map.Where(entry => IsFile(entry.Key, entry.Value)))
        {
            if (YamlFile.ParseWithin(wrapped, problems) is { } content)
                result = result.Under(Rename(content, problems));
        }

        return result;
    }

    private static bool IsFile(string key, ConfigValue value) =>
        key.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) && value.Scalar is not null;

    private static ConfigValue Rename(ConfigValue root, List<ConfigProblem> problems)
    {
        var sections = new Dictionary<string, ConfigValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in root.Map!.Where(entry => !IsFile(entry.Key, entry.Value)))
        {
            var name = Array.Find(Renamed, pair => pair.Helm.Equals(key, StringComparison.OrdinalIgnoreCase)).Section ?? key;
            if (!sections.TryAdd(name, value))
                problems.Add(new(true, value.File, value.Line, key, $"says the same as {sections[name].Key}: write one of them"));
        }

        return new ConfigValue
        {
            File = root.File,
            Line = root.Line,
            Key = root.Key,
            Map = sections,
        };
    }
}
