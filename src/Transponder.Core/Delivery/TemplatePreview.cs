using Transponder.Core.Executions;
using Transponder.Notifiers;
using Transponder.Notifiers.Templates;

namespace Transponder.Core.Delivery;

/// <summary>Shows what templates make of an execution, by the code that renders deliveries, and sends nothing.</summary>
/// <param name="consoleUrl">Where people can look at an execution; null = nowhere.</param>
public sealed class TemplatePreview(string? consoleUrl)
{
    private readonly ExecutionInfoFactory facts = new(consoleUrl);

    /// <summary>The values behind the tokens for an execution as it stands now.</summary>
    /// <param name="execution">The execution.</param>
    public ExecutionInfo Of(ExecutionRecord execution) => facts.Create(execution);

    /// <summary>The values of an execution that never was, with every token filled that a phase allows.</summary>
    /// <param name="phase">How it ended.</param>
    public static ExecutionInfo MadeUp(WorkflowPhase phase)
    {
        var ended = new DateTimeOffset(2026, 3, 14, 4, 12, 9, TimeSpan.Zero);
        var failed = phase is WorkflowPhase.Failed or WorkflowPhase.TimedOut;
        return new ExecutionInfo
        {
            Project = "flytesnacks",
            Domain = "production",
            Name = "nightly-1",
            Phase = ExecutionInfoFactory.PhaseName(phase),
            Workflow = new EntityInfo("flytesnacks", "production", "prices.nightly", "v12"),
            LaunchPlan = new EntityInfo("flytesnacks", "production", "prices.nightly", "v12"),
            ErrorMessage = failed ? "column “price” has 3 empty cells <rows 17, 204, 951>" : null,
            ErrorCode = failed ? "USER:ValueError" : null,
            ErrorKind = failed ? "user" : null,
            StartedAt = ended - TimeSpan.FromMinutes(12),
            EndedAt = ended,
            Duration = TimeSpan.FromMinutes(12),
            AbortCause = phase == WorkflowPhase.Aborted ? "superseded by a newer run" : null,
            AbortPrincipal = phase == WorkflowPhase.Aborted ? "ada" : null,
            Cluster = "eu-1",
            ConsoleUrl = "https://flyte.example.com/console/projects/flytesnacks/domains/production/executions/nightly-1",
            Labels = new Dictionary<string, string> { ["team"] = "pricing" },
        };
    }

    /// <summary>What a delivery's message would say.</summary>
    /// <param name="title">The template of the title.</param>
    /// <param name="body">The template of the body.</param>
    /// <param name="format">How the body is written.</param>
    /// <param name="execution">The values.</param>
    public static (string Title, string Body) Render(Template title, Template body, BodyFormat format, ExecutionInfo execution)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(body);
        return (title.Render(execution, TemplateEscape.Header), body.Render(execution, MessageRenderer.EscapeFor(format)));
    }
}
