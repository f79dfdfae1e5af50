using Flyteidl.Admin;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Ingestion;

/// <summary>
/// Ends executions that stayed ABORTING for longer than the grace, because their resource was gone before propeller could report. The ABORTED event
/// that it submits races propeller's own like any other: one of them wins.
/// </summary>
public sealed class AbortSweeper
{
    private const int PageSize = 100;
    private readonly IExecutionStore executions;
    private readonly Ingestor ingestor;
    private readonly TimeSpan grace;
    private readonly TimeProvider time;
    private readonly ILogger<AbortSweeper> logger;

    /// <summary>Makes a sweeper.</summary>
    /// <param name="executions">Where to look.</param>
    /// <param name="ingestor">Where the events go.</param>
    /// <param name="options">The grace.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public AbortSweeper(
        IExecutionStore executions,
        Ingestor ingestor,
        IngestionOptions options,
        TimeProvider time,
        ILogger<AbortSweeper> logger
    )
    {
        (this.executions, this.ingestor, grace, this.time, this.logger) = (executions, ingestor, options.AbortGrace, time, logger);
    }

    /// <summary>Sweeps until cancelled, often enough that nothing overstays by more than a tenth of the grace, or a second.</summary>
    /// <param name="cancellationToken">Ends the loop.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var period = TimeSpan.FromSeconds(Math.Clamp(grace.TotalSeconds / 10, 0.1, 5));
        using var timer = new PeriodicTimer(period, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await SweepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException error)
            {
                logger.LogWarning("Executions that wait for their abort could not be looked up, will try again: {Reason}", error.Message);
            }
        }
    }

    /// <summary>Ends what has overstayed now, and answers how many it ended.</summary>
    /// <param name="cancellationToken">Ends the sweep between two executions.</param>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        var overdue = await executions.ListAbortingAsync(time.GetUtcNow() - grace, PageSize, cancellationToken).ConfigureAwait(false);
        foreach (var key in overdue)
        {
            var failure = await ingestor.SubmitWorkflowAsync(Aborted(key), default, cancellationToken).ConfigureAwait(false);
            if (failure is null)
                ended++;
            else
                logger.LogInformation("Execution {Execution} needs no end from here: {Reason}", key, failure.Message);
        }

        return ended;
    }

    private WorkflowExecutionEventRequest Aborted(ExecutionKey key) =>
        new()
        {
            Event = new Flyteidl.Event.WorkflowExecutionEvent
            {
                ExecutionId = key.ToIdentifier(),
                Phase = WorkflowPhase.Aborted,
                OccurredAt = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
            },
        };
}
