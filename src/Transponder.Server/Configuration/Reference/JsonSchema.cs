using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Transponder.Server.Plugins;

namespace Transponder.Server.Configuration.Reference;

/// <summary>The reference as a JSON schema, for editors. Stricter than the program only in that it knows the keys as they are usually spelt, and plugins by their options.</summary>
internal static class JsonSchema
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Render(KeyNotes notes, IReadOnlyDictionary<string, string> descriptions)
    {
        var root = Map("", notes, descriptions);
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        root.Insert(1, "title", "Transponder's configuration");
        root["definitions"] = Definitions();
        return root.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Map(string pattern, KeyNotes notes, IReadOnlyDictionary<string, string> descriptions)
    {
        var prefix = pattern.Length == 0 ? "" : pattern + ".";
        var properties = new JsonObject();
        JsonNode? others = false;
        var typed = new JsonArray();
        foreach (var (key, note) in notes.All.Where(entry => IsChild(entry.Key, prefix)))
        {
            var name = key[prefix.Length..];
            if (name == "*")
                others = Value(key, note, notes, descriptions);
            else
                properties[name] = Value(key, note, notes, descriptions);
        }
        var types = notes
            .All.Keys.Where(key => key.StartsWith(prefix + "*(", StringComparison.Ordinal))
            .Select(key => TypeOf(key, prefix))
            .Distinct()
            .ToList();
        foreach (var type in types)
        {
            var one = Map($"{prefix}*({type})", notes, descriptions);
            one["properties"]!["type"] = type == SamplePlugin.Name ? AnyBut(types) : new JsonObject { ["const"] = type };
            one["required"] = type == SamplePlugin.Name ? new JsonArray("type", "options") : new JsonArray("type");
            typed.Add(one);
        }
        if (typed.Count > 0)
            others = new JsonObject { ["oneOf"] = typed };
        return new JsonObject
        {
            ["type"] = new JsonArray("object", "null"),
            ["properties"] = properties,
            ["additionalProperties"] = others,
        };
    }

    private static JsonNode Value(string key, KeyNote note, KeyNotes notes, IReadOnlyDictionary<string, string> descriptions)
    {
        if (note.Kind == KeyKind.Ignored)
            return true;
        var value = note.Kind switch
        {
            KeyKind.Number => new JsonObject
            {
                ["anyOf"] = new JsonArray(Range(note), new JsonObject { ["type"] = "string", ["pattern"] = "^-?[0-9]+$" }),
            },
            KeyKind.Flag => Reference("flag"),
            KeyKind.Duration => Reference("duration"),
            KeyKind.Choice => new JsonObject { ["enum"] = new JsonArray([.. note.Words.Select(word => JsonValue.Create(word)), null]) },
            KeyKind.Texts => Reference("texts"),
            KeyKind.Secret => Reference("secret"),
            KeyKind.TextOrSecret => new JsonObject { ["anyOf"] = new JsonArray(Reference("text"), Reference("secret")) },
            KeyKind.Items => new JsonObject
            {
                ["type"] = new JsonArray("array", "null"),
                ["items"] = new JsonObject { ["anyOf"] = new JsonArray(Reference("text"), Map(key + "[]", notes, descriptions)) },
            },
            KeyKind.Map => Map(key, notes, descriptions),
            _ => Reference("text"),
        };
        if (value.ContainsKey("$ref"))
            value = new JsonObject { ["allOf"] = new JsonArray(value) };
        if (descriptions.TryGetValue(key, out var description))
            value["description"] = description;
        if (note.Default is { Length: > 0 } preset)
            value["default"] = preset;
        return value;
    }

    // What a plugin is called is known to the program alone; its options set it apart from a misspelt type.
    private static JsonObject AnyBut(IEnumerable<string> types) =>
        new()
        {
            ["type"] = "string",
            ["pattern"] = PluginSet.NamePattern,
            ["not"] = new JsonObject
            {
                ["enum"] = new JsonArray([.. types.Where(type => type != SamplePlugin.Name).Select(type => JsonValue.Create(type))]),
            },
        };

    private static JsonObject Range(KeyNote note) =>
        new()
        {
            ["type"] = new JsonArray("integer", "null"),
            ["minimum"] = note.Min,
            ["maximum"] = note.Max,
        };

    private static JsonObject Definitions() =>
        new()
        {
            ["text"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") },
            ["flag"] = new JsonObject { ["enum"] = new JsonArray(true, false, "true", "false", "yes", "no", "on", "off", 1, 0, null) },
            ["duration"] = new JsonObject
            {
                ["type"] = new JsonArray("string", "number", "null"),
                ["pattern"] = "^(([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+|[0-9]+(\\.[0-9]+)?|forever)$",
            },
            ["texts"] = new JsonObject
            {
                ["anyOf"] = new JsonArray(Reference("text"), new JsonObject { ["type"] = "array", ["items"] = Reference("text") }),
            },
            ["secret"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["env"] = Reference("text"), ["file"] = Reference("text") },
                ["additionalProperties"] = false,
                ["minProperties"] = 1,
                ["maxProperties"] = 1,
            },
        };

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    private static bool IsChild(string key, string prefix) =>
        key.StartsWith(prefix, StringComparison.Ordinal) && key.IndexOfAny(['.', '[', '('], prefix.Length) < 0;

    private static string TypeOf(string key, string prefix) => key[(prefix.Length + 2)..key.IndexOf(')', prefix.Length)];
}
