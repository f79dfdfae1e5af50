using Transponder.Core.Egress.Formats;
using Transponder.Core.Events;
using Transponder.V1;

namespace Transponder.Core.Egress;

/// <summary>What filters ask about a change of the catalog, as they ask it about executions: it is all in the change itself.</summary>
internal static class ChangeFacts
{
    private static readonly Dictionary<string, string> NoLabels = [];

    /// <summary>Whether a filter's workflows, launch plans and labels let the change through. What it has none of cannot match.</summary>
    public static bool Match(EventFilter filter, LoggedEvent logged)
    {
        var (workflow, plan, labels) = ChangeFormat.Parse(logged) switch
        {
            LaunchPlanChanged changed => (changed.Workflow?.Name ?? "", changed.LaunchPlan.Name, NoLabels),
            WorkflowRegistered registered => (registered.Workflow.Name, "", NoLabels),
            ProjectChanged project => ("", "", new Dictionary<string, string>(project.Project.Labels?.Values ?? [])),
            _ => ("", "", NoLabels),
        };
        return filter.Workflows?.Contains(workflow) is not false
            && filter.LaunchPlans?.Contains(plan) is not false
            && filter.Labels?.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value) is not false;
    }
}
