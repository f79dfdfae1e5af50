using Flyteidl.Admin;
using Microsoft.Extensions.Logging;
using Transponder.Core.Delivery;
using Transponder.Core.Diagnostics;
using Transponder.Core.Executions;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Ingestion;

/// <summary>
/// Takes execution events. A null answer means: accepted, and durable together with all that follows from it. Any other answer says why the event
/// changed nothing. Thread-safe.
/// </summary>
public sealed class Ingestor : IAsyncDisposable
{
    private readonly BatchCommitter[] committers;
    private readonly Task[] running;
    private readonly IngestionOptions options;
    private readonly TimeProvider time;

    /// <summary>Starts the committers.</summary>
    /// <param name="store">Where events go.</param>
    /// <param name="router">Which deliveries a terminal event causes.</param>
    /// <param name="options">Limits.</param>
    /// <param name="handover">Where the deliveries go that they cause.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public Ingestor(
        IStore store,
        NotificationRouter router,
        IngestionOptions options,
        DeliveryHandover handover,
        TimeProvider time,
        ILogger<Ingestor> logger
    )
    {
        this.options = options;
        this.time = time;
        committers = new BatchCommitter[store.Committers];
        for (var i = 0; i < committers.Length; i++)
            committers[i] = new BatchCommitter(store.Events, router, options, handover, time, logger);
        running = Array.ConvertAll(committers, committer => Task.Run(committer.RunAsync));
    }

    /// <summary>Takes a workflow execution's event.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bytes">Its bytes as received, unchanged until the answer; empty = those of <paramref name="request"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the answer, never the event.</param>
    public ValueTask<RpcException?> SubmitWorkflowAsync(
        WorkflowExecutionEventRequest request,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken
    ) =>
        EventChecks.Check(request, options.MaxInlineBytes) is { } failure
            ? new(failure)
            : SubmitAsync(new WorkflowEvent(request, bytes, time.GetUtcNow()), cancellationToken);

    /// <summary>Takes a node execution's event.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bytes">Its bytes as received, unchanged until the answer; empty = those of <paramref name="request"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the answer, never the event.</param>
    public ValueTask<RpcException?> SubmitNodeAsync(
        NodeExecutionEventRequest request,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken
    ) =>
        EventChecks.Check(request, options.MaxInlineBytes) is { } failure
            ? new(failure)
            : SubmitAsync(new NodeEvent(request, bytes, time.GetUtcNow()), cancellationToken);

    /// <summary>Takes a task execution's event.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bytes">Its bytes as received, unchanged until the answer; empty = those of <paramref name="request"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the answer, never the event.</param>
    public ValueTask<RpcException?> SubmitTaskAsync(
        TaskExecutionEventRequest request,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken
    ) =>
        EventChecks.Check(request, options.MaxInlineBytes) is { } failure
            ? new(failure)
            : SubmitAsync(new TaskEvent(request, bytes, time.GetUtcNow()), cancellationToken);

    /// <summary>Asks for an execution's end: it becomes ABORTING until propeller reports ABORTED, or <see cref="AbortSweeper"/> does.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="cause">Why.</param>
    /// <param name="principal">Who asks; empty when unknown.</param>
    /// <param name="cancellationToken">Ends the wait for the answer, never the request.</param>
    public ValueTask<RpcException?> TerminateAsync(
        ExecutionKey execution,
        string cause,
        string principal,
        CancellationToken cancellationToken
    ) =>
        EventChecks.Execution("id", execution.ToIdentifier()) is { } failure
            ? new(failure)
            : SubmitAsync(new Termination(execution, cause, principal, time.GetUtcNow()), cancellationToken);

    /// <summary>Archives an execution, or brings it back.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="state">The new state.</param>
    /// <param name="principal">Who asks; empty when unknown.</param>
    /// <param name="cancellationToken">Ends the wait for the answer, never the request.</param>
    public ValueTask<RpcException?> ChangeStateAsync(
        ExecutionKey execution,
        ExecutionState state,
        string principal,
        CancellationToken cancellationToken
    ) =>
        EventChecks.Execution("id", execution.ToIdentifier()) is { } failure
            ? new(failure)
            : SubmitAsync(new StateChange(execution, state, principal, time.GetUtcNow()), cancellationToken);

    /// <summary>Takes no more events, and ends when all that were taken are answered.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var committer in committers)
            committer.Stop();
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private ValueTask<RpcException?> SubmitAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        var committer = committers[(int)(pending.Execution.StableHash() % (ulong)committers.Length)];
        return !CommitTrace.IsOn && committer.TryEnqueue(pending)
            ? new(pending.Answer.WaitAsync(cancellationToken))
            : SubmitAsync(committer, pending, cancellationToken);
    }

    private static async ValueTask<RpcException?> SubmitAsync(
        BatchCommitter committer,
        PendingEvent pending,
        CancellationToken cancellationToken
    )
    {
        using var span = CommitTrace.Begin(pending);
        if (!await committer.EnqueueAsync(pending, cancellationToken).ConfigureAwait(false))
            return new RpcException(StatusCode.Unavailable, "the server has more events waiting than it can take; send the event again");
        var answer = await pending.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        CommitTrace.End(span, answer);
        return answer;
    }
}
