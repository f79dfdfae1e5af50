using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Transponder.Core.Delivery;
using Transponder.Core.Diagnostics;
using Transponder.Core.Executions;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Protocol;
using Channel = System.Threading.Channels.Channel;

namespace Transponder.Core.Ingestion;

/// <summary>
/// Group commit: whatever arrived while the last batch committed is the next one. Nothing is answered before its batch is durable, refusals
/// included, since they may rest on what the same batch changes.
/// </summary>
internal sealed class BatchCommitter
{
    private readonly Channel<PendingEvent> queue;
    private readonly IEventStore store;
    private readonly NotificationRouter router;
    private readonly IngestionOptions options;
    private readonly DeliveryHandover handover;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly WarmBatch recalled;
    private readonly BatchKeys keys = new();

    public BatchCommitter(
        IEventStore store,
        NotificationRouter router,
        IngestionOptions options,
        DeliveryHandover handover,
        TimeProvider time,
        ILogger logger
    )
    {
        (this.store, this.router, this.options, this.handover, this.time, this.logger) = (store, router, options, handover, time, logger);
        recalled = new WarmBatch(new WarmExecutions(options.WarmBytes), store);
        queue = Channel.CreateBounded<PendingEvent>(new BoundedChannelOptions(options.QueueLimit) { SingleReader = true });
    }

    /// <summary>Queues an event, if there is room at once.</summary>
    public bool TryEnqueue(PendingEvent pending) => queue.Writer.TryWrite(pending);

    /// <summary>Queues an event; false when the queue stayed full for the permitted wait, or the committer has stopped.</summary>
    public async ValueTask<bool> EnqueueAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        if (TryEnqueue(pending))
            return true;
        using var patience = new CancellationTokenSource(options.MaxWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await queue.Writer.WriteAsync(pending, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception error)
            when (error is ChannelClosedException || (error is OperationCanceledException && patience.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Takes no more events; <see cref="RunAsync"/> ends when those that wait are answered.</summary>
    public void Stop() => queue.Writer.TryComplete();

    public async Task RunAsync()
    {
        var batch = new List<PendingEvent>();
        while (await queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            var bytes = 0;
            while (batch.Count < options.MaxBatch && bytes < options.MaxBatchBytes && queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                bytes += pending.Request.Length;
            }

            await CommitAsync(batch).ConfigureAwait(false);
        }
    }

    private async Task CommitAsync(List<PendingEvent> batch, bool locked = false)
    {
        var started = time.GetTimestamp();
        List<PendingEvent> undecided = [];
        try
        {
            if (locked)
                await CommitLockedAsync(batch).ConfigureAwait(false);
            else
                undecided = await CommitWarmAsync(batch).ConfigureAwait(false);
            if (undecided.Count < batch.Count)
                IngestMetrics.Committed(batch.Count - undecided.Count, time.GetElapsedTime(started));
        }
        catch (Exception error) when (batch.Count > 1 && error is not StoreException { Failure: not StoreFailure.BadData })
        {
            // Only the culprit fails: each event of the batch gets a transaction of its own.
            foreach (var pending in batch)
                await CommitAsync([pending], locked: true).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            Fail(batch, error);
        }
        catch (Exception error)
        {
            logger.LogError(error, "An event of {Execution} failed by a defect of ours, and was not acknowledged", batch[0].Execution);
            var failure = new RpcException(StatusCode.Internal, "the server failed to process the event; its log has the reason");
            Answers.Send([.. batch], _ => failure);
        }

        if (undecided.Count > 0)
            await CommitAsync(undecided, locked: true).ConfigureAwait(false);
    }

    /// <summary>
    /// Decides on what is remembered, and writes it if the store agrees that nothing has changed since. Answers the events that need the locked
    /// state instead: all when the store disagrees, and those of an execution of which anything is refused, since a refusal writes nothing that
    /// the store could check.
    /// </summary>
    private async Task<List<PendingEvent>> CommitWarmAsync(List<PendingEvent> batch)
    {
        CollectKeys(batch);
        await recalled.RecallAsync(keys).ConfigureAwait(false);
        var decision = new BatchDecision(recalled.State, router, time, store.Interest);
        var answers = decision.DecideAll(batch);
        // Ends that may open or end incidents are decided under the incidents' lock.
        var refused = new HashSet<ExecutionKey>(keys.Ended);
        for (var i = 0; i < batch.Count; i++)
        {
            if (answers[i] is not null)
                refused.Add(batch[i].Execution);
        }

        var changes = refused.Count == 0 ? decision.Changes : decision.Changes.Without(refused);
        var claims = handover.Begin();
        claims.Make(changes);
        if (
            !changes.IsEmpty && !await claims.FollowAsync(() => store.TryCommitAsync(changes, CancellationToken.None)).ConfigureAwait(false)
        )
            return batch;

        recalled.Keep(changes, refused);
        Answers.Send(refused.Count == 0 ? [.. batch] : batch.FindAll(pending => !refused.Contains(pending.Execution)), _ => null);
        if (!changes.IsEmpty)
            handover.Committed(changes);
        return refused.Count == 0 ? [] : batch.FindAll(pending => refused.Contains(pending.Execution));
    }

    private async Task CommitLockedAsync(List<PendingEvent> batch)
    {
        CollectKeys(batch);
        RpcException?[] answers = [];
        var changes = new BatchChanges();
        var claims = handover.Begin();
        await claims.FollowAsync(StoreAsync).ConfigureAwait(false);

        Answers.Send([.. batch], i => answers[i]);
        if (!changes.IsEmpty)
            handover.Committed(changes);

        async Task<bool> StoreAsync()
        {
            await store.CommitAsync(keys, Decide, CancellationToken.None).ConfigureAwait(false);
            return true;
        }

        BatchChanges Decide(BatchState state)
        {
            var decision = new BatchDecision(state, router, time, store.Interest);
            answers = decision.DecideAll(batch);
            changes = decision.Changes;
            claims.Make(changes);
            return changes;
        }
    }

    private void CollectKeys(List<PendingEvent> batch)
    {
        keys.Clear();
        foreach (var pending in batch)
            pending.AddKeys(keys);
        if (!router.TracksIncidents)
            keys.Ended.Clear();
    }

    private void Fail(List<PendingEvent> batch, StoreException error)
    {
        logger.LogError("The store did not take a batch of {Count} events: {Reason}", batch.Count, error.Message);
        var failure =
            error.Failure == StoreFailure.BadData
                ? new RpcException(StatusCode.InvalidArgument, $"the event cannot be stored: {error.Message}")
                : new RpcException(StatusCode.Unavailable, $"the store is unavailable, send the event again: {error.Message}");
        Answers.Send([.. batch], _ => failure);
    }
}
