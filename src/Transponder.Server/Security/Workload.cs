namespace Transponder.Server.Security;

/// <summary>Where a pod runs, as its service account's token says.</summary>
/// <param name="Project">The project that its namespace stands for.</param>
/// <param name="Domain">The domain that its namespace stands for; null when namespaces tell none.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Pod">Its name; null when the token is bound to no pod.</param>
/// <param name="Binding">Which executions it may speak for.</param>
internal sealed record Workload(string Project, string? Domain, string Namespace, string? Pod, WorkloadBinding Binding);

/// <summary>Which executions a pod may speak for.</summary>
public enum WorkloadBinding
{
    /// <summary>Its own: the one whose name its pod's name begins with.</summary>
    Pod,

    /// <summary>All of its namespace.</summary>
    Namespace,
}
