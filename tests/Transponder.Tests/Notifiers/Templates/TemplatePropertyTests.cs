using System.Net;
using System.Text;
using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Templates;
using Xunit;

namespace Transponder.Tests.Notifiers.Templates;

/// <summary>What holds for any template and any values, tried on random ones; a failure names its seed.</summary>
public sealed class TemplatePropertyTests
{
    private const int Rounds = 2000;

    private static readonly string[] Pieces =
    [
        "{",
        "}",
        "{{",
        "}}",
        " ",
        "name",
        "error",
        "{{ name }}",
        "{{project}}",
        "{{ error }}",
        "{{  phase }}",
        "{{ labels.a }}",
        "<b>",
        "</b>",
        "&amp;",
        "\"",
        "'",
        "\r\n",
        "\0",
        "\\",
        "é",
        "👩‍💻",
        "\u2028",
        "\u202E",
        "x",
        "{{ nope }}",
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 5)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyText_Rendered_AgreesWithASinglePassReference(int seed)
    {
        Try(
            seed,
            (text, execution) => Assert.Equal(SinglePass(text, execution), Template.Parse(text).Render(execution, TemplateEscape.None))
        );
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyValue_InHtml_AddsNoMarkupAndDecodesToItself(int seed)
    {
        Try(
            seed,
            (_, execution) =>
            {
                var html = Template.Parse("{{ error.message }}").Render(execution, TemplateEscape.Html);
                Assert.Equal(-1, html.AsSpan().IndexOfAny("<>\"'"));
                Assert.Equal(execution.ErrorMessage!.Replace('\0', '\uFFFD'), WebUtility.HtmlDecode(html));
            }
        );
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyText_AsHeader_HasNoControlCharacter(int seed)
    {
        Try(
            seed,
            (text, execution) =>
                Assert.DoesNotContain(
                    Template.Parse(text).Render(execution, TemplateEscape.Header),
                    c => char.IsControl(c) || c == '\u2028'
                )
        );
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyValue_InJson_ParsesBackToItself(int seed)
    {
        Try(
            seed,
            (_, execution) =>
            {
                var json = Template.Parse("\"{{ error.message }}\"").Render(execution, TemplateEscape.Json);
                Assert.Equal(execution.ErrorMessage, JsonSerializer.Deserialize<string>(json));
            }
        );
    }

    private static void Try(int seed, Action<string, ExecutionInfo> property)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var execution = new ExecutionInfo
            {
                Project = Text(random),
                Domain = "d",
                Name = Text(random),
                Phase = "failed",
                ErrorMessage = Text(random),
                Labels = new Dictionary<string, string> { ["a"] = Text(random) },
            };
            property(Text(random), execution);
        }
    }

    private static string Text(Random random) => string.Concat(random.GetItems(Pieces, random.Next(12)));

    private static string SinglePass(string text, ExecutionInfo execution)
    {
        var values = new Dictionary<string, string>
        {
            ["name"] = execution.Name,
            ["project"] = execution.Project,
            ["error"] = $" The execution failed with error: [{execution.ErrorMessage}].",
            ["phase"] = execution.Phase,
            ["labels.a"] = execution.Labels["a"],
        };
        var output = new StringBuilder();
        for (var at = 0; at < text.Length; )
        {
            var rest = text[at..];
            var hit = values
                .Keys.SelectMany(k => new[] { ("{{ " + k + " }}", k), ("{{" + k + "}}", k) })
                .FirstOrDefault(t => rest.StartsWith(t.Item1, StringComparison.Ordinal));
            output.Append(hit.Item1 is null ? rest[..1] : values[hit.Item2]);
            at += hit.Item1?.Length ?? 1;
        }
        return output.ToString();
    }
}
