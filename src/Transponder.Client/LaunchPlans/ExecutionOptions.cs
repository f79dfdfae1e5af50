using Flyteidl.Admin;
using Flyteidl.Core;

namespace Transponder.Client.LaunchPlans;

/// <summary>What one execution says beside its inputs.</summary>
public sealed record ExecutionOptions
{
    /// <summary>Its name, unique in project and domain: lower-case letters, digits and hyphens; null = one from the server.</summary>
    public string? Name { get; init; }

    /// <summary>Whom to tell instead of those that the launch plan names; empty = nobody; null = those.</summary>
    public IReadOnlyList<Notification>? Notifications { get; init; }

    /// <summary>Labels besides the launch plan's.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Annotations besides the launch plan's.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>True when results of earlier executions are made anew.</summary>
    public bool OverwriteCache { get; init; }

    internal ExecutionSpec ToSpec(Identifier launchPlan)
    {
        var spec = new ExecutionSpec
        {
            LaunchPlan = launchPlan,
            Metadata = new ExecutionMetadata(),
            OverwriteCache = OverwriteCache,
        };
        if (Labels.Count > 0)
            spec.Labels = new Labels { Values = { Labels.ToDictionary() } };
        if (Annotations.Count > 0)
            spec.Annotations = new Annotations { Values = { Annotations.ToDictionary() } };
        if (Notifications is { Count: 0 })
            spec.DisableAll = true;
        else if (Notifications is { } notifications)
            spec.Notifications = new NotificationList
            {
                Notifications = { notifications.Select(notification => notification.ToMessage()) },
            };
        return spec;
    }
}
