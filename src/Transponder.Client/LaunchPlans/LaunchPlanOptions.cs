using Flyteidl.Admin;
using Flyteidl.Core;

namespace Transponder.Client.LaunchPlans;

/// <summary>What a launch plan may say about how its executions run.</summary>
public sealed record LaunchPlanOptions
{
    /// <summary>How many nodes of one execution may run at once; 0 = what the platform says.</summary>
    public int MaxParallelism { get; init; }

    /// <summary>The Kubernetes service account that pods run as; null = what the platform says.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>The cloud's role that pods run with; null = what the platform says.</summary>
    public string? IamRole { get; init; }

    /// <summary>Secrets and tokens besides <see cref="ServiceAccount"/> and <see cref="IamRole"/>, which go into it; null = none.</summary>
    public SecurityContext? SecurityContext { get; init; }

    /// <summary>The role as older platforms read it; null = none.</summary>
    public AuthRole? AuthRole { get; init; }

    /// <summary>Where files and tables go that tasks write, e.g. <c>s3://bucket/prefix</c>; null = what the platform says.</summary>
    public string? RawOutputPrefix { get; init; }

    /// <summary>Whether pods may run on machines that can be taken away; null = what the workflow says.</summary>
    public bool? Interruptible { get; init; }

    /// <summary>True when results of earlier executions are made anew.</summary>
    public bool OverwriteCache { get; init; }

    /// <summary>Environment variables of all pods.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long executions may wait for their turn; null = what the platform says.</summary>
    public QualityOfService? QualityOfService { get; init; }

    /// <summary>How many executions may run at once, and what becomes of others; null = any number.</summary>
    public ConcurrencyPolicy? ConcurrencyPolicy { get; init; }

    internal void Fill(LaunchPlanSpec spec)
    {
        spec.MaxParallelism = MaxParallelism;
        spec.AuthRole = AuthRole?.Clone();
        spec.SecurityContext = Security();
        spec.RawOutputDataConfig = new RawOutputDataConfig { OutputLocationPrefix = RawOutputPrefix ?? "" };
        spec.Interruptible = Interruptible;
        spec.OverwriteCache = OverwriteCache;
        spec.QualityOfService = QualityOfService?.Clone();
        spec.ConcurrencyPolicy = ConcurrencyPolicy?.Clone();
        if (Environment.Count > 0)
            spec.Envs = new Envs
            {
                Values =
                {
                    Environment
                        .OrderBy(variable => variable.Key, StringComparer.Ordinal)
                        .Select(variable => new Flyteidl.Core.KeyValuePair { Key = variable.Key, Value = variable.Value }),
                },
            };
    }

    private SecurityContext? Security()
    {
        if (ServiceAccount is null && IamRole is null)
            return SecurityContext?.Clone();
        var security = SecurityContext?.Clone() ?? new SecurityContext();
        security.RunAs ??= new Identity();
        security.RunAs.K8SServiceAccount = ServiceAccount ?? security.RunAs.K8SServiceAccount;
        security.RunAs.IamRole = IamRole ?? security.RunAs.IamRole;
        return security;
    }
}
