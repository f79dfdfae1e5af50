namespace Transponder.Server.Configuration.Sections;

/// <summary>Sections of a Flyte configuration that concern parts of Flyte which Transponder is not; a file that has them is no mistake.</summary>
internal static class FlyteSections
{
    public static readonly string[] NotOurs =
    [
        "admin",
        "cluster_resources",
        "clusterPools",
        "clusters",
        "flyteadmin",
        "logger",
        "namespace_mapping",
        "otel",
        "plugins",
        "propeller",
        "qualityOfService",
        "queues",
        "scheduler",
        "task_resources",
        "task_type_whitelist",
    ];
}
