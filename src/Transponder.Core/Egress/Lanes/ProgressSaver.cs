using Transponder.Core.Delivery;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>Saves the progress of all sinks' lanes together, no more often than is useful.</summary>
internal sealed class ProgressSaver : IDisposable
{
    private readonly EgressEnvironment environment;
    private readonly Func<IReadOnlyList<SinkWorker>> workers;
    private readonly WakeSignal wake;
    private readonly SemaphoreSlim saving = new(1);
    private readonly CancellationTokenSource ending = new();
    private readonly Backoff backoff = new();
    private readonly Task running;
    private volatile bool soon;
    private volatile bool sometime;
    private long savedAt;
    private TimeSpan pause;

    public ProgressSaver(EgressEnvironment environment, Func<IReadOnlyList<SinkWorker>> workers)
    {
        (this.environment, this.workers) = (environment, workers);
        wake = new WakeSignal(environment.Time);
        savedAt = environment.Time.GetTimestamp();
        running = Task.Run(RunAsync);
    }

    /// <summary>There is something to save.</summary>
    /// <param name="isUrgent">It would be sent again if it were not.</param>
    public void Want(bool isUrgent)
    {
        if (isUrgent ? soon : soon || sometime)
            return;
        if (isUrgent)
            soon = true;
        else
            sometime = true;
        wake.Set();
    }

    /// <summary>Saves what there is; false when the store failed, and all of it is kept for the next time.</summary>
    public async Task<bool> SaveAsync()
    {
        await saving.WaitAsync().ConfigureAwait(false);
        try
        {
            (soon, sometime) = (false, false);
            var taken = workers().Select(worker => (Worker: worker, Progress: worker.Collect())).ToList();
            return await SaveAsync(taken).ConfigureAwait(false);
        }
        finally
        {
            savedAt = environment.Time.GetTimestamp();
            saving.Release();
        }
    }

    public async Task StopAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        wake.Dispose();
        saving.Dispose();
        ending.Dispose();
    }

    private async Task<bool> SaveAsync(List<(SinkWorker Worker, List<LaneProgress> Progress)> taken)
    {
        IReadOnlyList<LaneLease>? lost = null;
        try
        {
            var all = taken.SelectMany(one => one.Progress).ToList();
            lost = all.Count == 0 ? [] : await environment.Lanes.SaveAsync(all, CancellationToken.None).ConfigureAwait(false);
            backoff.Reset();
            pause = TimeSpan.Zero;
        }
        catch (Exception error)
        {
            pause = backoff.Next();
            soon = true;
            wake.Set();
            if (error is StoreException)
                EgressLog.StoreFailed(environment.Log, "saved cursors", error.Message, pause);
            else
                EgressLog.Unexpected(environment.Log, error, "saving cursors", "*", pause);
        }
        foreach (var (worker, progress) in taken)
            worker.Collected(progress, lost);
        return lost is not null;
    }

    private async Task RunAsync()
    {
        var rest = WakeSignal.Longest;
        while (!ending.IsCancellationRequested)
        {
            await wake.WaitAsync(rest, ending.Token).ConfigureAwait(false);
            if (soon || sometime)
            {
                var since = environment.Time.GetElapsedTime(savedAt);
                var interval = (soon ? environment.Options.SaveInterval : environment.Options.IdleSaveInterval) + pause;
                rest = interval - since;
                if (rest <= TimeSpan.Zero)
                {
                    await SaveAsync().ConfigureAwait(false);
                    rest = pause > TimeSpan.Zero ? pause : WakeSignal.Longest;
                }
            }
            else
                rest = WakeSignal.Longest;
        }
    }
}
