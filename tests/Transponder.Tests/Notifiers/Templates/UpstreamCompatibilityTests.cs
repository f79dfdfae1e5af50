using Transponder.Notifiers;
using Transponder.Notifiers.Templates;
using Xunit;

namespace Transponder.Tests.Notifiers.Templates;

/// <summary>Renders Flyte's documented example beside a naive replace-all of upstream's thirteen tokens: the bytes must agree.</summary>
public sealed class UpstreamCompatibilityTests
{
    private const string Subject = """Notice: Execution "{{ workflow.name }}" has {{ phase }} in "{{ domain }}".""";

    // The folded YAML scalar of the example: line ends became blanks, the backslashes stayed, and one line end closes it.
    private const string Body =
        """Execution \"{{ workflow.name }} [{{ name }}]\" has {{ phase }} in \"{{ domain }}\". View details at <a href=\http://flyte.company.com/console/projects/{{ project }}/domains/{{ domain }}/executions/{{ name }}> http://flyte.company.com/console/projects/{{ project }}/domains/{{ domain }}/executions/{{ name }}</a>. {{ error }}"""
        + "\n";

    private static readonly ExecutionInfo Example = new()
    {
        Project = "flytesnacks",
        Domain = "development",
        Name = "f1a2b3c4",
        Phase = "succeeded",
        Workflow = new EntityInfo("flytesnacks", "development", "core.basic.my_wf", "v1"),
        LaunchPlan = new EntityInfo("flytesnacks", "staging", "my_notifiying_lp", "v2"),
    };

    public static TheoryData<string, string?> Cases =>
        new()
        {
            { "succeeded", null },
            { "failed", "Traceback (most recent call last): x.py, line 3; Größe 👩‍💻" },
            { "failed", "" },
            { "aborted", null },
            { "timed_out", null },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void DocumentedExample_InBothSpellings_IsUpstreamsBytes(string phase, string? error)
    {
        var execution = Example with { Phase = phase, ErrorMessage = error };
        foreach (var text in new[] { Subject, Body, Tight(Subject), Tight(Body), AllTokens, Tight(AllTokens) })
        {
            Assert.Equal(Upstream(text, execution), Template.Parse(text).Render(execution, TemplateEscape.Html));
            Assert.Empty(Template.Parse(text).UnknownTokens);
        }
    }

    [Fact]
    public void DocumentedSubject_AsHeader_IsUpstreamsBytes() =>
        Assert.Equal(
            """Notice: Execution "core.basic.my_wf" has succeeded in "development".""",
            Template.Parse(Subject).Render(Example, TemplateEscape.Header)
        );

    [Fact]
    public void DocumentedBody_OfAFailure_ReadsAsDocumented() =>
        Assert.Equal(
            """Execution \"core.basic.my_wf [f1a2b3c4]\" has failed in \"development\". View details at <a href=\http://flyte.company.com/console/projects/flytesnacks/domains/development/executions/f1a2b3c4> http://flyte.company.com/console/projects/flytesnacks/domains/development/executions/f1a2b3c4</a>.  The execution failed with error: [it broke]."""
                + "\n",
            Template.Parse(Body).Render(Example with { Phase = "failed", ErrorMessage = "it broke" }, TemplateEscape.Html)
        );

    private static string AllTokens { get; } = string.Join(" | ", Values(Example).Select(v => "{{ " + v.Token + " }}"));

    private static string Tight(string text) =>
        text.Replace("{{ ", "{{", StringComparison.Ordinal).Replace(" }}", "}}", StringComparison.Ordinal);

    private static string Upstream(string text, ExecutionInfo execution)
    {
        foreach (var (token, value) in Values(execution))
        {
            text = text.Replace("{{ " + token + " }}", value, StringComparison.Ordinal)
                .Replace("{{" + token + "}}", value, StringComparison.Ordinal);
        }
        return text;
    }

    private static (string Token, string Value)[] Values(ExecutionInfo e) =>
        [
            ("project", e.Project),
            ("domain", e.Domain),
            ("name", e.Name),
            ("phase", e.Phase),
            ("error", e.ErrorMessage is null ? "" : $" The execution failed with error: [{e.ErrorMessage}]."),
            ("workflow.project", e.Workflow!.Project),
            ("workflow.domain", e.Workflow.Domain),
            ("workflow.name", e.Workflow.Name),
            ("workflow.version", e.Workflow.Version),
            ("launch_plan.project", e.LaunchPlan!.Project),
            ("launch_plan.domain", e.LaunchPlan.Domain),
            ("launch_plan.name", e.LaunchPlan.Name),
            ("launch_plan.version", e.LaunchPlan.Version),
        ];
}
