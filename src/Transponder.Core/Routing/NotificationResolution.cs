using Flyteidl.Admin;
using Transponder.Core.Executions;

namespace Transponder.Core.Routing;

/// <summary>Which notifications an execution has, decided once, when it is created.</summary>
/// <param name="Notifications">The notifications that apply.</param>
/// <param name="Source">Where they came from.</param>
public sealed record NotificationResolution(IReadOnlyList<Notification> Notifications, NotificationSource Source)
{
    /// <summary>The request's own list unless it is empty; else none if the request disables them; else the launch plan's.</summary>
    /// <param name="request">The execution's specification as requested.</param>
    /// <param name="launchPlan">The launch plan's specification; null for a single task.</param>
    public static NotificationResolution Of(ExecutionSpec request, LaunchPlanSpec? launchPlan)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Notifications is { Notifications.Count: > 0 } own)
            return new([.. own.Notifications], NotificationSource.Execution);
        if (request.DisableAll)
            return new([], NotificationSource.Disabled);
        return launchPlan?.EntityMetadata?.Notifications is { Count: > 0 } planned
            ? new([.. planned], NotificationSource.LaunchPlan)
            : new([], NotificationSource.None);
    }
}
