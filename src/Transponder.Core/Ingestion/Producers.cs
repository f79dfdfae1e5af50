using Transponder.Core.Executions;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>Which cluster an event comes from. Propeller's default producer id names none.</summary>
internal static class Producers
{
    private const string DefaultProducer = "propeller";

    public static bool IsCluster(string producer) => producer.Length > 0 && producer != DefaultProducer;

    /// <summary>A failure when the event comes from another cluster than the one that runs the execution.</summary>
    public static RpcException? Conflict(ExecutionRow execution, string producer) =>
        IsCluster(producer) && execution.Cluster.Length > 0 && execution.Cluster != producer
            ? EventFailures.WrongCluster(execution.Key, execution.Cluster, producer)
            : null;
}
