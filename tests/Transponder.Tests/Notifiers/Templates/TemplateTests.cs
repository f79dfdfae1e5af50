using Transponder.Notifiers;
using Transponder.Notifiers.Templates;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Templates;

public sealed class TemplateTests
{
    private static readonly ExecutionInfo Failed = new()
    {
        Project = "flytesnacks",
        Domain = "development",
        Name = "f1a2b3c4",
        Phase = "failed",
        Workflow = new EntityInfo("wp", "wd", "core.basic.my_wf", "v1"),
        LaunchPlan = new EntityInfo("lp", "ld", "my_plan", "v2"),
        ErrorMessage = "it broke",
        ErrorCode = "USER:Boom",
        ErrorKind = "user",
        StartedAt = new DateTimeOffset(2026, 1, 2, 4, 4, 5, TimeSpan.FromHours(1)),
        EndedAt = new DateTimeOffset(2026, 1, 2, 3, 5, 10, TimeSpan.Zero),
        Duration = TimeSpan.FromSeconds(65),
        Cluster = "c1",
        ConsoleUrl = "https://flyte.example.com/c/f1a2b3c4",
        Labels = new Dictionary<string, string> { ["team"] = "ml", ["app.io/tier"] = "gold" },
    };

    [Theory]
    [InlineData("project", "flytesnacks")]
    [InlineData("domain", "development")]
    [InlineData("name", "f1a2b3c4")]
    [InlineData("phase", "failed")]
    [InlineData("error", " The execution failed with error: [it broke].")]
    [InlineData("workflow.project", "wp")]
    [InlineData("workflow.domain", "wd")]
    [InlineData("workflow.name", "core.basic.my_wf")]
    [InlineData("workflow.version", "v1")]
    [InlineData("launch_plan.project", "lp")]
    [InlineData("launch_plan.domain", "ld")]
    [InlineData("launch_plan.name", "my_plan")]
    [InlineData("launch_plan.version", "v2")]
    [InlineData("error.code", "USER:Boom")]
    [InlineData("error.kind", "user")]
    [InlineData("error.message", "it broke")]
    [InlineData("abort", "")]
    [InlineData("abort.cause", "")]
    [InlineData("abort.principal", "")]
    [InlineData("started_at", "2026-01-02T03:04:05Z")]
    [InlineData("ended_at", "2026-01-02T03:05:10Z")]
    [InlineData("duration", "1m 5s")]
    [InlineData("cluster", "c1")]
    [InlineData("console_url", "https://flyte.example.com/c/f1a2b3c4")]
    [InlineData("labels", "app.io/tier=gold, team=ml")]
    [InlineData("labels.team", "ml")]
    [InlineData("labels.app.io/tier", "gold")]
    [InlineData("labels.absent", "")]
    public void Token_InBothSpellings_GivesItsValue(string token, string value)
    {
        var template = Template.Parse("<{{ " + token + " }}|{{" + token + "}}>");

        Assert.Empty(template.UnknownTokens);
        Assert.Equal($"<{value}|{value}>", template.Render(Failed, TemplateEscape.None));
    }

    [Fact]
    public void Token_OfAnEmptyExecution_GivesNothing()
    {
        var bare = new ExecutionInfo
        {
            Project = "",
            Domain = "",
            Name = "",
            Phase = "",
        };

        Assert.All(TemplateTokens.Names, token => Assert.Equal("", Template.Parse("{{" + token + "}}").Render(bare, TemplateEscape.None)));
    }

    [Theory]
    [InlineData("{{  name }}")]
    [InlineData("{{ name}}")]
    [InlineData("{{name }}")]
    [InlineData("{{\tname\t}}")]
    [InlineData("{{ Name }}")]
    [InlineData("{{ inputs }}")]
    [InlineData("{{ YOUR ACCOUNT ID }}")]
    [InlineData("{{ labels. }}")]
    [InlineData("{{ }}")]
    public void Token_MisspelledOrUnknown_StaysAndIsListed(string text)
    {
        var template = Template.Parse($"a {text} b {text}");

        Assert.Equal([text], template.UnknownTokens);
        Assert.Equal($"a {text} b {text}", template.Render(Failed, TemplateEscape.Html));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{{")]
    [InlineData("}}{{")]
    [InlineData("{{}}")]
    [InlineData("{ { name } }")]
    [InlineData("{{ name }")]
    [InlineData("{{ na\nme }}")]
    public void Text_ThatIsNoToken_StaysUnlisted(string text)
    {
        var template = Template.Parse(text);

        Assert.Empty(template.UnknownTokens);
        Assert.Equal(text, template.Render(Failed, TemplateEscape.None));
    }

    [Theory]
    [InlineData("{{{ name }}}", "{f1a2b3c4}")]
    [InlineData("{{ {{ name }} }}", "{{ f1a2b3c4 }}")]
    [InlineData("{{name}}{{name}}", "f1a2b3c4f1a2b3c4")]
    [InlineData("{{ name }} {{", "f1a2b3c4 {{")]
    public void Braces_AroundTokens_AreLiteral(string text, string expected) =>
        Assert.Equal(expected, Template.Parse(text).Render(Failed, TemplateEscape.None));

    [Fact]
    public void Value_ThatNamesAToken_IsNotExpanded()
    {
        var hostile = Failed with { ErrorMessage = "{{ project }} {{name}}", Name = "{{ error }}" };

        Assert.Equal(
            "{{ error }}: The execution failed with error: [{{ project }} {{name}}].",
            Template.Parse("{{ name }}:{{ error }}").Render(hostile, TemplateEscape.None)
        );
    }

    [Fact]
    public void Html_HostileValue_IsTextAndTheTemplatesOwnMarkupStays()
    {
        var hostile = Failed with { ErrorMessage = "<script>alert('x')</script> & \"q\" \u0000\u001b[31m\n\tok" };

        Assert.Equal(
            "<b>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot; \uFFFD\uFFFD[31m\n\tok</b>",
            Template.Parse("<b>{{ error.message }}</b>").Render(hostile, TemplateEscape.Html)
        );
    }

    [Theory]
    [InlineData("a\r\nBcc: evil@example.com", "a Bcc: evil@example.com")]
    [InlineData("a\u0000\u0085\u2028b", "a b")]
    [InlineData("a \n b", "a  b")]
    [InlineData("\n\na\n", "a")]
    [InlineData("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [InlineData("two  blanks stay ", "two  blanks stay ")]
    [InlineData("👩‍💻 läuft", "👩‍💻 läuft")]
    public void Header_AnyValue_IsOneLine(string value, string expected) =>
        Assert.Equal(expected, Template.Parse("{{ error.message }}").Render(Failed with { ErrorMessage = value }, TemplateEscape.Header));

    [Fact]
    public void Header_TemplateOfSeveralLines_IsOneLine() =>
        Assert.Equal(
            "failed in development",
            Template
                .Parse("{{ phase }} in\n  {{ domain }}\n")
                .Render(Failed, TemplateEscape.Header)
                .Replace("  ", " ", StringComparison.Ordinal)
        );

    [Fact]
    public void Json_HostileValue_ParsesBackToItself()
    {
        const string Value = "\"}, \"x\": {\\ \r\n\t</script> 👩‍💻";
        var json = Template.Parse("""{"text": "{{ error.message }}"}""").Render(Failed with { ErrorMessage = Value }, TemplateEscape.Json);

        Assert.Equal(Value, System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Output_BeyondTheLimit_IsCutAndSaysSo()
    {
        var large = Failed with { ErrorMessage = new string('x', 100_000) };
        var text = Template.Parse(string.Concat(Enumerable.Repeat("{{ error.message }}", 100))).Render(large, TemplateEscape.None);

        Assert.Equal(Template.LargestOutput + "… [cut]".Length, text.Length);
        Assert.EndsWith("x… [cut]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("because", "ada@example.com", " The execution was aborted by ada@example.com: [because].")]
    [InlineData("because", null, " The execution was aborted: [because].")]
    [InlineData("", "ada", " The execution was aborted by ada.")]
    public void Abort_WithWhatIsKnown_IsASentence(string? cause, string? principal, string expected) =>
        Assert.Equal(
            expected,
            Template.Parse("{{ abort }}").Render(Failed with { AbortCause = cause, AbortPrincipal = principal }, TemplateEscape.None)
        );

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(250, "250ms")]
    [InlineData(59_999, "59s")]
    [InlineData(65_000, "1m 5s")]
    [InlineData(3_600_000, "1h 0m")]
    [InlineData(93_600_000, "1d 2h")]
    [InlineData(-5, "0ms")]
    public void Duration_OfAnyLength_HasItsTwoLargestUnits(long milliseconds, string expected) =>
        Assert.Equal(
            expected,
            Template.Parse("{{ duration }}").Render(Failed with { Duration = TimeSpan.FromMilliseconds(milliseconds) }, TemplateEscape.None)
        );

    [Fact]
    public void Page_OfTheDocs_ListsEveryTokenAndNoOther()
    {
        var rows = File.ReadLines(Repository.File("docs/templates.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal));
        var documented = rows.Select(l => l.Split('`')[1]);

        Assert.Equal(TemplateTokens.Names.Append("labels.<key>").Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Defaults_Always_KnowAllTheirTokens()
    {
        Assert.All([DefaultTemplates.Title, DefaultTemplates.HtmlBody, DefaultTemplates.TextBody], t => Assert.Empty(t.UnknownTokens));
        Assert.Equal(
            "core.basic.my_wf has failed in flytesnacks/development",
            DefaultTemplates.Title.Render(Failed, TemplateEscape.Header)
        );
    }
}
