using System.Globalization;

namespace Transponder.Notifiers.Templates;

/// <summary>What a message says about its execution beside its text: names and values for people, unescaped.</summary>
internal static class ExecutionFacts
{
    public static IEnumerable<(string Name, string Value)> Of(ExecutionInfo execution)
    {
        yield return ("Execution", $"{execution.Project}/{execution.Domain}/{execution.Name}");
        if (execution.Workflow is { } workflow)
            yield return ("Workflow", $"{workflow.Name} {workflow.Version}");
        if (execution.LaunchPlan is { } plan && plan.Name != execution.Workflow?.Name)
            yield return ("Launch plan", $"{plan.Name} {plan.Version}");
        if (execution.Task is { } task)
            yield return ("Task", $"{task.Name} {task.Version}");
        if (execution.Attempt is { } attempt and > 0)
            yield return ("Retry", attempt.ToString(CultureInfo.InvariantCulture));
        if (execution.Duration is { } duration)
            yield return ("Duration", TemplateTokens.Human(duration));
        if (execution.ErrorCode is { Length: > 0 } code)
            yield return ("Error", code);
        if (execution.Cluster is { Length: > 0 } cluster)
            yield return ("Cluster", cluster);
    }
}
