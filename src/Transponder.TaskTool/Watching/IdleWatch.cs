using Transponder.Notifiers.Timing;
using Transponder.TaskTool.Processes;
using Transponder.TaskTool.Sending;

namespace Transponder.TaskTool.Watching;

/// <summary>
/// Watches a server until it has been idle for too long or has ended by itself, and ends it: SIGTERM, and SIGKILL when that is not enough. The messages
/// are those of the SDK's interactive session.
/// </summary>
internal sealed class IdleWatch(SessionOptions session, Func<DateTimeOffset?> activity, Sender sender)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider time = sender.Pod.Time;

    /// <summary>Starts a server and watches it; its exit code where it ends by itself, 0 where it was idle.</summary>
    public async Task<int> RunAsync(IReadOnlyList<byte[]> command)
    {
        using var relay = new SignalRelay();
        using var gone = new CancellationTokenSource();
        var child = Reaper.Own.Start(new Spawning(command));
        relay.Attach(child);
        if (child.Ended.IsCompletedSuccessfully && await child.Ended.ConfigureAwait(false) is { NotStarted: { } why } refused)
        {
            Commands.Trouble.Tell($"the server could not be started: {why}");
            return refused.ShellCode;
        }
        var watching = WatchAsync(gone.Token);
        await Task.WhenAny(child.Ended, watching).ConfigureAwait(false);
        if (child.Ended.IsCompleted)
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            return (await child.Ended.ConfigureAwait(false)).ShellCode;
        }
        child.Signal(Signals.Terminate);
        await Task.WhenAny(child.Ended, Task.Delay(Patience, time)).ConfigureAwait(false);
        child.Signal(Signals.Kill);
        await child.Ended.ConfigureAwait(false);
        return 0;
    }

    /// <summary>Watches a server that runs already, and ends the process that is named, if one is.</summary>
    public async Task<int> RunAsync(int? process)
    {
        using var gone = new CancellationTokenSource();
        var watching = WatchAsync(gone.Token);
        if (process is not { } id)
        {
            await watching.ConfigureAwait(false);
            return 0;
        }
        while (!watching.IsCompleted && IsThere(id))
            await Task.WhenAny(watching, Task.Delay(TimeSpan.FromSeconds(1), time)).ConfigureAwait(false);
        if (!watching.IsCompleted)
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            return 0;
        }
        _ = Libc.Kill(id, Signals.Terminate);
        var start = time.GetTimestamp();
        while (IsThere(id) && time.GetElapsedTime(start) < Patience)
            await Task.Delay(Glance, time).ConfigureAwait(false);
        if (IsThere(id))
            _ = Libc.Kill(id, Signals.Kill);
        return 0;
    }

    private async Task WatchAsync(CancellationToken gone)
    {
        try
        {
            if (sender.Together() is { } everywhere)
            {
                var executor = new ExecutorOptions { DrainTimeout = sender.Pod.Retry.Deadline, Log = sender.Fail };
                await InteractiveSession.RunAsync(everywhere, activity, session, sender.Pod, executor, gone).ConfigureAwait(false);
                return;
            }
            var silent = new SilentNotifier();
            await using (silent.ConfigureAwait(false))
                await InteractiveSession.RunAsync(silent, activity, session, sender.Pod, null, gone).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The server has ended; nobody needs to know that it is idle.
        }
    }

    private static bool IsThere(int process) => Libc.Kill(process, 0) == 0;
}
