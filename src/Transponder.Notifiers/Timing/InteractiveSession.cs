using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers.Timing;

/// <summary>Watches an interactive server in a task's pod until it has been idle for too long, and keeps its people informed.</summary>
public static class InteractiveSession
{
    /// <summary>Runs until the session has been idle for too long; its last message is out by then.</summary>
    /// <param name="notifier">Where the messages go.</param>
    /// <param name="lastActivity">When someone last used the server; null = nobody has yet. <see cref="HeartbeatFile"/> reads it from a file.</param>
    /// <param name="options">The session; null = the defaults.</param>
    /// <param name="context">On whose behalf; null = this pod's own.</param>
    /// <param name="executor">How the executor behaves; null = as usual.</param>
    /// <param name="cancellationToken">Ends the watch before that.</param>
    public static Task RunAsync(
        Notifier notifier,
        Func<DateTimeOffset?> lastActivity,
        SessionOptions? options = null,
        TaskContext? context = null,
        ExecutorOptions? executor = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lastActivity);
        options ??= new SessionOptions();
        context ??= TaskContext.Current;
        return new NotifierExecutor(notifier, executor, context, When.InteractiveSession(options)).RunAsync(
            (job, token) => WatchAsync(job, lastActivity, options, context.Time, token),
            cancellationToken
        );
    }

    /// <summary>
    /// The watch alone, as the body of a job whose executor has <see cref="When.InteractiveSession"/> with the same options among its strategies.
    /// What happened before the watch began does not count as idle time.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="lastActivity">When someone last used the server; null = nobody has yet.</param>
    /// <param name="options">The session; null = the defaults.</param>
    /// <param name="time">The clock that <paramref name="lastActivity"/> speaks of; null = the system's.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public static async Task WatchAsync(
        JobScope job,
        Func<DateTimeOffset?> lastActivity,
        SessionOptions? options = null,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(lastActivity);
        options ??= new SessionOptions();
        time ??= TimeProvider.System;
        var gate = new IdleGate(options);
        var start = time.GetUtcNow();
        while (true)
        {
            var last = lastActivity() is { } activity && activity > start ? activity : start;
            var now = time.GetUtcNow();
            var idle = now > last ? now - last : TimeSpan.Zero;
            job.Idle(idle);
            if (gate.Look(idle).IsOver)
                return;
            await Task.Delay(gate.Pause(idle, options.Poll), time, cancellationToken).ConfigureAwait(false);
        }
    }
}
