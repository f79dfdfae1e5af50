namespace Transponder.Server.Configuration.Reference;

/// <summary>What people wrote for the reference: samples that have every key read, and what each key means.</summary>
internal static class ReferenceTexts
{
    private const string Sink = "sink.";

    /// <summary>Configurations that together bring every reader to ask for all of its keys.</summary>
    public static string[] Samples => Text("samples.yaml").Split("\n---\n");

    /// <summary>What each key means, by pattern. What is written of <c>sink</c> holds for every section that names one.</summary>
    /// <param name="notes">The keys that there are.</param>
    public static IReadOnlyDictionary<string, string> Descriptions(KeyNotes notes)
    {
        var root = YamlFile.Parse("descriptions.yaml", Text("descriptions.yaml"), []);
        var written = root!.Map!.ToDictionary(entry => entry.Key, entry => entry.Value.Scalar ?? "", StringComparer.Ordinal);
        var descriptions = new Dictionary<string, string>(written);
        foreach (var (pattern, text) in written.Where(entry => entry.Key.StartsWith(Sink, StringComparison.Ordinal)))
        {
            foreach (var key in notes.All.Keys.Where(key => OfSink(key) == pattern[Sink.Length..]))
            {
                descriptions.TryAdd(key, text);
                descriptions.Remove(pattern);
            }
        }

        return descriptions;
    }

    private static string? OfSink(string key) =>
        key.Split('.', 2) switch
        {
            ["cloudEvents" or "externalEvents", var rest] => rest,
            ["sinks", var named] when named.Split('.', 2) is [['*', '(', ..], var rest] => rest,
            _ => null,
        };

    private static string Text(string name)
    {
        var type = typeof(ReferenceTexts);
        using var stream = type.Assembly.GetManifestResourceStream($"{type.Namespace}.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
