using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers.Timing;

/// <summary>
/// Wraps jobs and sends messages at the moments that its strategies choose. The job comes first: messages leave beside it, its result and its
/// exceptions pass through unchanged, and a notifier that fails is logged and counted, no more. One executor serves any number of jobs at once.
/// </summary>
public sealed class NotifierExecutor
{
    private readonly Notifier notifier;
    private readonly ExecutorOptions options;
    private readonly TaskContext context;
    private readonly Strategy[] strategies;
    private readonly ExecutorCounts counts = new();

    /// <summary>Makes one for this process's own pod. Nothing is sent before a job runs.</summary>
    /// <param name="notifier">Where the messages go; it stays the caller's.</param>
    /// <param name="strategies">When to speak.</param>
    public NotifierExecutor(Notifier notifier, params IEnumerable<Strategy> strategies)
        : this(notifier, null, null, strategies) { }

    /// <summary>Makes one. Nothing is sent before a job runs.</summary>
    /// <param name="notifier">Where the messages go; it stays the caller's.</param>
    /// <param name="options">How it behaves; null = as usual.</param>
    /// <param name="context">On whose behalf; null = this pod's own.</param>
    /// <param name="strategies">When to speak.</param>
    public NotifierExecutor(Notifier notifier, ExecutorOptions? options, TaskContext? context, params IEnumerable<Strategy> strategies)
    {
        ArgumentNullException.ThrowIfNull(notifier);
        ArgumentNullException.ThrowIfNull(strategies);
        this.notifier = notifier;
        this.options = options ?? new ExecutorOptions();
        this.context = context ?? TaskContext.Current;
        this.strategies = [.. strategies];
    }

    /// <summary>How many messages arrived.</summary>
    public long Delivered => counts.Delivered;

    /// <summary>How many messages were lost: not delivered, given up for newer ones, or never made because a strategy failed.</summary>
    public long Undelivered => counts.Undelivered;

    /// <summary>Runs a job; returns when it has ended and its messages are out.</summary>
    /// <param name="job">The job; its token is cancelled when it shall stop.</param>
    /// <param name="cancellationToken">Tells the job to stop.</param>
    public Task RunAsync(Func<JobScope, CancellationToken, Task> job, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        return RunAsync(
            async (scope, token) =>
            {
                await job(scope, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken
        );
    }

    /// <summary>Runs a job; returns what it returns, when its messages are out.</summary>
    /// <typeparam name="T">What the job returns.</typeparam>
    /// <param name="job">The job; its token is cancelled when it shall stop.</param>
    /// <param name="cancellationToken">Tells the job to stop.</param>
    public async Task<T> RunAsync<T>(Func<JobScope, CancellationToken, Task<T>> job, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = options.StopOnSignals ? new TerminationSignals(stop.Cancel) : null;
        var run = new JobRun(strategies, new NoticePump(notifier, context, options, counts), context.Time, Name());
        await using (run.ConfigureAwait(false))
        {
            using var patience = context.Time.CreateTimer(
                _ => run.Happen(new Moment.Terminated()),
                null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
            using var stopping = stop.Token.Register(() => patience.Change(options.TerminationGrace, Timeout.InfiniteTimeSpan));
            try
            {
                run.Happen(new Moment.Started());
                var result = await job(new JobScope(run), stop.Token).ConfigureAwait(false);
                run.Happen(new Moment.Succeeded());
                return result;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                run.Happen(new Moment.Terminated());
                throw;
            }
            catch (Exception error)
            {
                run.Happen(new Moment.Failed(error));
                throw;
            }
        }
    }

    private string Name() => options.JobName ?? context.Execution?.Task?.Name ?? context.Execution?.Name ?? "The job";
}
