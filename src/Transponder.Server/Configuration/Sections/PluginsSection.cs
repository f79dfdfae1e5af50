using Transponder.Notifiers.Plugins;
using Transponder.Server.Plugins;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>plugins</c>: assemblies with types of channel that are not built in. Nothing is loaded unless it is named here.</summary>
internal static class PluginsSection
{
    public static PluginSet Read(ConfigSection section, IEnumerable<NotifierPlugin> registered)
    {
        var set = new PluginSet();
        foreach (var plugin in registered)
        {
            if (set.Add(plugin) is { } problem)
                section.ErrorHere($"{plugin.GetType().Name}, registered in code: {problem}");
        }
        var assemblies = section.Texts("assemblies");
        if (section.Text("directory") is not { Length: > 0 } directory)
        {
            if (assemblies.Count > 0)
                section.Error("directory", "is missing: where the assemblies lie");
            return set;
        }
        var root = Path.GetFullPath(directory);
        if (!Directory.Exists(root))
            section.Error("directory", $"there is no directory {root}");
        else if (assemblies.Count > 0)
            Load(section, set, "assemblies", [.. assemblies.Select(name => Path.GetFullPath(name, root))], root);
        else if (Found(root) is { Count: > 0 } found)
            Load(section, set, "directory", found, root);
        else
            section.Error("directory", $"there is no plugin in {root}: neither NAME.dll nor NAME/NAME.dll");
        return set;
    }

    // What a plugin brings along lies beside it in a directory of its own, and is no plugin.
    private static List<string> Found(string root) =>
        [
            .. Directory.GetFiles(root, "*.dll").Order(StringComparer.Ordinal),
            .. Directory
                .GetDirectories(root)
                .Order(StringComparer.Ordinal)
                .Select(folder => Path.Combine(folder, Path.GetFileName(folder) + ".dll"))
                .Where(File.Exists),
        ];

    private static void Load(ConfigSection section, PluginSet set, string key, IReadOnlyList<string> files, string root)
    {
        foreach (var file in files)
        {
            var name = Path.GetRelativePath(root, file);
            if (name.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(name))
            {
                section.Error(key, $"{name}: it lies outside of the directory");
                continue;
            }
            var loaded = PluginFile.Load(file);
            foreach (var problem in loaded.Plugins.Select(set.Add).Prepend(loaded.Problem).OfType<string>())
                section.Error(key, $"{name}: {problem}");
        }
    }
}
