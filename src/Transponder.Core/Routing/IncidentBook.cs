using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Routing;

/// <summary>The open incidents as a batch of events finds and changes them, event by event.</summary>
/// <param name="state">What the store found.</param>
/// <param name="changes">Where changes are noted.</param>
public sealed class IncidentBook(BatchState state, BatchChanges changes)
{
    /// <summary>The launch plan of an execution that ends; null when the batch did not ask for it.</summary>
    /// <param name="execution">The execution.</param>
    public string? LaunchPlan(ExecutionKey execution) => state.LaunchPlans.GetValueOrDefault(execution);

    /// <summary>An execution failed: opens the incident, or keeps it open. Answers who opened it.</summary>
    /// <param name="name">The incident.</param>
    /// <param name="execution">The store's number of the execution.</param>
    /// <param name="failedAt">When it failed.</param>
    public long Open(IncidentName name, long execution, DateTimeOffset failedAt)
    {
        var open = state.Incidents.GetValueOrDefault(name) ?? new OpenIncident(execution, failedAt);
        if (failedAt > open.FailedAt)
            open = open with { FailedAt = failedAt };
        changes.Incidents[name] = state.Incidents[name] = open;
        return open.OpenedBy;
    }

    /// <summary>An execution succeeded: ends the incident. Answers who opened it; null when none is open that failed before.</summary>
    /// <param name="name">The incident.</param>
    /// <param name="endedAt">When the execution ended.</param>
    public long? Resolve(IncidentName name, DateTimeOffset endedAt)
    {
        if (state.Incidents.GetValueOrDefault(name) is not { } open || open.FailedAt > endedAt)
            return null;
        state.Incidents.Remove(name);
        changes.Incidents[name] = null;
        return open.OpenedBy;
    }

    /// <summary>The incidents that are open for a launch plan now, in the order of their names.</summary>
    /// <param name="launchPlan">The launch plan.</param>
    public IReadOnlyList<IncidentName> OpenFor(string launchPlan) =>
        [
            .. state
                .Incidents.Keys.Where(name => name.Key == launchPlan)
                .OrderBy(name => name.Channel, StringComparer.Ordinal)
                .ThenBy(name => name.Target, StringComparer.Ordinal),
        ];
}
