using System.Text.Json;

namespace Transponder.TaskTool;

/// <summary>The configuration file: names for channels' URLs, which of them is the default, where messages wait. Every problem is told with its key.</summary>
internal sealed record ToolConfig
{
    /// <summary>Where the file is unless a variable says otherwise.</summary>
    public const string UsualFile = "/etc/transponder/task.json";

    /// <summary>The channels: a name, and one or more URLs.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Channels { get; private init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Where messages go that name no channel.</summary>
    public IReadOnlyList<string> Default { get; private init; } = [];

    /// <summary>Where messages wait; null = the tool's own place.</summary>
    public string? Spool { get; private init; }

    /// <summary>What is wrong with the file, one line each; what is right in it counts all the same.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>Reads the file that the environment names, or the usual one if it is there.</summary>
    public static ToolConfig Load(ToolEnvironment environment)
    {
        var path = environment.ConfigFile ?? UsualFile;
        if (environment.ConfigFile is null && !File.Exists(path))
            return new ToolConfig();
        try
        {
            return Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var why = error is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read";
            return new ToolConfig { Problems = [$"{path} {why}"] };
        }
    }

    /// <summary>Reads a file's bytes.</summary>
    public static ToolConfig Parse(string path, ReadOnlyMemory<byte> bytes)
    {
        var problems = new List<string>();
        try
        {
            using var json = JsonDocument.Parse(
                bytes,
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }
            );
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return new ToolConfig { Problems = [$"{path}: is no JSON object"] };

            var config = new ToolConfig();
            foreach (var member in json.RootElement.EnumerateObject())
            {
                config = member.Name switch
                {
                    "channels" => config with { Channels = ReadChannels(member.Value, problems) },
                    "default" => config with { Default = Texts(member.Value, "default", problems) },
                    "spool" => config with { Spool = Texts(member.Value, "spool", problems) is [var one] ? one : null },
                    _ => Unknown(config, member.Name),
                };
            }
            return config with { Problems = [.. problems.Select(problem => $"{path}: {problem}")] };
        }
        catch (JsonException error)
        {
            return new ToolConfig { Problems = [$"{path}: line {error.LineNumber + 1} is not JSON"] };
        }

        ToolConfig Unknown(ToolConfig config, string name)
        {
            problems.Add($"{name}: there is no such key; there are channels, default and spool");
            return config;
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadChannels(JsonElement json, List<string> problems)
    {
        var channels = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add("channels: must be an object: names with URLs");
            return channels;
        }
        foreach (var member in json.EnumerateObject())
            channels[member.Name] = Texts(member.Value, $"channels.{member.Name}", problems);
        return channels;
    }

    private static List<string> Texts(JsonElement json, string key, List<string> problems)
    {
        var texts = new List<string>();
        foreach (var item in json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray()] : new[] { json })
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text)
                texts.Add(text);
            else
                problems.Add($"{key}: must be a text, or a list of texts");
        }
        return texts;
    }
}
