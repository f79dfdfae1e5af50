using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Transponder.Server.Configuration;

/// <summary>Reads a YAML file into values that know their lines.</summary>
internal static class YamlFile
{
    /// <summary>The file's content; null when it cannot be read, which is a problem then.</summary>
    public static ConfigValue? Read(string path, List<ConfigProblem> problems)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(true, path, 0, "", File.Exists(path) ? "the file cannot be read" : "there is no such file"));
            return null;
        }

        return Parse(path, text, problems);
    }

    /// <summary>The content of a text within a file: a block, which begins on the line below its key.</summary>
    public static ConfigValue? ParseWithin(ConfigValue text, List<ConfigProblem> problems) =>
        Parse(text.File, new string('\n', text.Line) + text.Scalar, problems);

    /// <summary>The content of a text that stands for a file.</summary>
    public static ConfigValue? Parse(string path, string text, List<ConfigProblem> problems)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            var stream = new YamlStream();
            stream.Load(parser);
            if (stream.Documents.Count == 0)
                return Empty(path);
            if (stream.Documents.Count > 1)
                problems.Add(new(true, path, (int)stream.Documents[1].RootNode.Start.Line, "", "only one YAML document per file is read"));
            var root = stream.Documents[0].RootNode;
            if (root is YamlMappingNode)
                return Convert(path, "", root, problems);
            if (root is YamlScalarNode { Value: null or "" })
                return Empty(path);
            problems.Add(new(true, path, (int)root.Start.Line, "", "the file must hold a map of sections, such as \"server:\""));
            return null;
        }
        catch (YamlException error)
        {
            problems.Add(new(true, path, (int)error.Start.Line, "", $"not valid YAML: {error.Message}"));
            return null;
        }
        catch (InvalidOperationException)
        {
            // What YamlDotNet's scanner throws at a flow sequence that is never closed.
            problems.Add(new(true, path, (int)(parser.Current?.End.Line ?? 1), "", "not valid YAML: a [ or { is not closed"));
            return null;
        }
    }

    private static ConfigValue Empty(string path) =>
        new()
        {
            File = path,
            Line = 0,
            Key = "",
            Map = new Dictionary<string, ConfigValue>(StringComparer.OrdinalIgnoreCase),
        };

    private static ConfigValue Convert(string path, string key, YamlNode node, List<ConfigProblem> problems) =>
        new()
        {
            File = path,
            Line = (int)node.Start.Line,
            Key = key,
            Scalar = node is YamlScalarNode scalar && !IsNull(scalar) ? scalar.Value : null,
            List = node is YamlSequenceNode list
                ? list.Children.Select((child, index) => Convert(path, $"{key}[{index}]", child, problems)).ToList()
                : null,
            Map = node is YamlMappingNode map ? ConvertMap(path, key, map, problems) : null,
        };

    private static Dictionary<string, ConfigValue> ConvertMap(string path, string key, YamlMappingNode map, List<ConfigProblem> problems)
    {
        var values = new Dictionary<string, ConfigValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, child) in map.Children)
        {
            var text = (name as YamlScalarNode)?.Value ?? "";
            var full = key.Length == 0 ? text : $"{key}.{text}";
            var value = Convert(path, full, child, problems);
            // A key's line says more than that of a value which begins below it.
            if (!values.TryAdd(text, WithLine(value, (int)name.Start.Line)))
                problems.Add(
                    new(true, path, (int)name.Start.Line, full, "the key is written twice (upper and lower case count as the same)")
                );
        }

        return values;
    }

    private static ConfigValue WithLine(ConfigValue value, int line) =>
        new()
        {
            File = value.File,
            Line = line,
            Key = value.Key,
            Scalar = value.Scalar,
            List = value.List,
            Map = value.Map,
        };

    private static bool IsNull(YamlScalarNode scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null";
}
