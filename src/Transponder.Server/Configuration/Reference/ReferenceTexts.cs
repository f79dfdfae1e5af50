namespace Transponder.Server.Configuration.Reference;

/// <summary>What people wrote for the reference: samples that have every key read, and what each key means.</summary>
internal static class ReferenceTexts
{
    /// <summary>Configurations that together bring every reader to ask for all of its keys.</summary>
    public static string[] Samples => Text("samples.yaml").Split("\n---\n");

    /// <summary>What each key means, by pattern.</summary>
    public static IReadOnlyDictionary<string, string> Descriptions()
    {
        var root = YamlFile.Parse("descriptions.yaml", Text("descriptions.yaml"), []);
        return root!.Map!.ToDictionary(entry => entry.Key, entry => entry.Value.Scalar ?? "", StringComparer.Ordinal);
    }

    private static string Text(string name)
    {
        var type = typeof(ReferenceTexts);
        using var stream = type.Assembly.GetManifestResourceStream($"{type.Namespace}.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
