using Flyteidl.Admin;
using Transponder.Core.Executions;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>Why an event is refused, with the codes and details that flytepropeller acts on.</summary>
internal static class EventFailures
{
    public static RpcException Missing(string what, object key) =>
        new(StatusCode.NotFound, $"missing entity of type {what} with identifier {key}");

    public static RpcException AlreadyRecorded(string what, object key, object phase) =>
        new(StatusCode.AlreadyExists, $"phase {phase} is already recorded for {what} {key}");

    public static RpcException Terminal(string what, object key, string recorded, string incoming) =>
        new(
            StatusCode.FailedPrecondition,
            $"invalid phase change from {recorded} to {incoming} for {what} {key}: it has ended",
            new EventFailureReason { AlreadyInTerminalState = new() { CurrentPhase = recorded } }
        );

    public static RpcException WrongCluster(ExecutionKey key, string recorded, string incoming) =>
        new(
            StatusCode.FailedPrecondition,
            $"execution {key} runs on cluster \"{recorded}\", but the event comes from \"{incoming}\"",
            new EventFailureReason { IncompatibleCluster = new() { Cluster = recorded } }
        );

    public static RpcException WrongPhase(ExecutionKey key, WorkflowPhase recorded, WorkflowPhase incoming) =>
        new(
            StatusCode.FailedPrecondition,
            $"invalid phase change from {recorded.ToText()} to {incoming.ToText()} for workflow execution {key}"
        );

    public static RpcException TooLarge(string field, int size, int limit) =>
        new(StatusCode.ResourceExhausted, $"{field} has {size} bytes, over the limit of {limit}: pass a URI instead");

    public static RpcException Invalid(string field, string problem) => new(StatusCode.InvalidArgument, $"{field}: {problem}");
}
