using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Transponder.Server.Configuration.Reference;
using Transponder.Tests.Rig;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Transponder.Tests.Server.Configuration.Reference;

/// <summary>The reference in the docs is what the program reads; when it is stale, <c>./transponder docs</c> writes it anew.</summary>
public sealed partial class ConfigReferenceTests
{
    private static readonly KeyNotes Notes = KeyNotes.OfEverything();
    private static readonly IReadOnlyDictionary<string, string> Descriptions = ReferenceTexts.Descriptions(Notes);

    [Fact]
    public void Page_InTheDocs_IsFresh() =>
        Assert.Equal(ReferencePage.Render(Notes, Descriptions), File.ReadAllText(Repository.File("docs/configuration-reference.md")));

    [Fact]
    public void Schema_InTheDocs_IsFresh() =>
        Assert.Equal(JsonSchema.Render(Notes, Descriptions), File.ReadAllText(Repository.File("docs/transponder.schema.json")));

    [Fact]
    public void Keys_ThatAreRead_AreDescribed() =>
        Assert.Empty(Notes.All.Where(note => note.Value.Kind != KeyKind.Ignored).Select(note => note.Key).Except(Descriptions.Keys));

    [Fact]
    public void Descriptions_AreOfKeysThatAreRead() => Assert.Subset(Notes.All.Keys.ToHashSet(), Descriptions.Keys.ToHashSet());

    [Fact]
    [Trait("needs", "servers")]
    public async Task Schema_TakesEveryExampleAndPluginsAndRefusesMistakes()
    {
        var examples = Repository
            .Files("*.md")
            .SelectMany(page =>
                Yaml().Matches(File.ReadAllText(Repository.File(page))).Select(block => (page, text: block.Groups[1].Value))
            )
            .Select(example => new JsonObject
            {
                ["name"] = example.page,
                ["value"] = Json(example.text),
                ["valid"] = true,
            });
        var plugins = new[]
        {
            "channels: { a: { type: ntfy, options: { url: x, count: 3, token: { env: A } } } }",
            "channels: { a: { type: ntfy, title: t, body: b, projects: [ p ], domains: d, options: {} } }",
            "channels: { a: { type: ntfy, options: } }",
        }.Select(plugin => new JsonObject
        {
            ["name"] = plugin,
            ["value"] = Json(plugin),
            ["valid"] = true,
        });
        var mistakes = new[]
        {
            "serverr: {}",
            "server: { httpPort: 70000 }",
            "channels: { a: { type: slack, url: x } }",
            "channels: { a: { type: fax } }",
            "retention: { events: soon }",
            "channels: { a: { type: slack, botToken: { env: A, file: B } } }",
            "channels: { a: { type: slack, options: { botToken: { env: A } } } }",
            "channels: { a: { type: ntfy, url: x } }",
            "channels: { a: { type: ntfy, options: {}, url: x } }",
            "channels: { a: { type: ntfy, options: { a: { env: A, file: B } } } }",
            "channels: { a: { type: No Name, options: {} } }",
        }.Select(mistake => new JsonObject
        {
            ["name"] = mistake,
            ["value"] = Json(mistake),
            ["valid"] = false,
        });

        var result = await NodeScript.RunAsync(
            "Server/Configuration/Reference/validate.js",
            [Repository.File("docs/transponder.schema.json")],
            new JsonArray([.. examples, .. plugins, .. mistakes]).ToJsonString()
        );

        Assert.True(result.ExitCode == 0, result.Output);
    }

    private static JsonNode? Json(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Json(stream.Documents[0].RootNode);
    }

    private static JsonNode? Json(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(child => KeyValuePair.Create(child.Key.ToString(), Json(child.Value)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => null,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
            YamlScalarNode { Style: ScalarStyle.Plain } scalar when Number().IsMatch(scalar.Value!) => JsonNode.Parse(scalar.Value!),
            YamlScalarNode scalar => scalar.Value,
            _ => throw new JsonException("neither map, list nor scalar"),
        };

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Yaml();

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?$")]
    private static partial Regex Number();
}
