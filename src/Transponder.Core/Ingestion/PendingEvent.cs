using Google.Protobuf;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>Something that wants to change an execution, waiting for its batch to commit. Answered exactly once.</summary>
internal abstract class PendingEvent(ExecutionKey execution, ReadOnlyMemory<byte> request, DateTimeOffset receivedAt)
{
    private readonly TaskCompletionSource<RpcException?> answer = new();

    public ExecutionKey Execution { get; } = execution;

    public ReadOnlyMemory<byte> Request { get; } = request;

    public DateTimeOffset ReceivedAt { get; } = receivedAt;

    /// <summary>The span that it is taken in, as a <c>traceparent</c>; null when nobody records it.</summary>
    public string? TraceParent { get; set; }

    /// <summary>The metric label.</summary>
    public abstract string Kind { get; }

    /// <summary>Null when accepted and durable; else why not.</summary>
    public Task<RpcException?> Answer => answer.Task;

    /// <summary>Names what the decision needs to see.</summary>
    public virtual void AddKeys(BatchKeys keys) => keys.Executions.Add(Execution);

    /// <summary>Decides on the state that the batch has reached so far, and notes the changes.</summary>
    public abstract RpcException? Decide(BatchDecision batch);

    /// <summary>Answers; the caller's continuation runs before this returns.</summary>
    public void Complete(RpcException? failure) => answer.TrySetResult(failure);

    /// <summary>A copy of the request's bytes is the caller's affair; it must not change until the answer.</summary>
    protected static ReadOnlyMemory<byte> BytesOf(IMessage request, ReadOnlyMemory<byte> received) =>
        received.IsEmpty ? request.ToByteArray() : received;
}
