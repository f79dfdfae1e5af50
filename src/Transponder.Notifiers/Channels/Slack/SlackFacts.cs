using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>What the line under a message says about its execution.</summary>
internal static class SlackFacts
{
    public static IEnumerable<string> Of(ExecutionInfo execution)
    {
        yield return $"Execution: {execution.Project}/{execution.Domain}/{execution.Name}";
        if (execution.Workflow is { } workflow)
            yield return $"Workflow: {workflow.Name} {workflow.Version}";
        if (execution.LaunchPlan is { } plan && plan.Name != execution.Workflow?.Name)
            yield return $"Launch plan: {plan.Name} {plan.Version}";
        if (execution.Task is { } task)
            yield return $"Task: {task.Name} {task.Version}";
        if (execution.Attempt is { } attempt and > 0)
            yield return $"Retry: {attempt}";
        if (execution.Duration is { } duration)
            yield return $"Duration: {TemplateTokens.Human(duration)}";
        if (execution.ErrorCode is { Length: > 0 } code)
            yield return $"Error: {code}";
        if (execution.Cluster is { Length: > 0 } cluster)
            yield return $"Cluster: {cluster}";
    }
}
