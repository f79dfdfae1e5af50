namespace Transponder.Notifiers.Timing;

/// <summary>A running job's way to say how it is doing. Thread-safe; no call waits for a message, and none ever throws because of one.</summary>
public sealed class JobScope
{
    private readonly JobRun run;
    private long steps;

    internal JobScope(JobRun run) => this.run = run;

    /// <summary>Says how far the work has come.</summary>
    /// <param name="fraction">How much is done, from 0 to 1.</param>
    /// <param name="text">What to say besides; null = nothing.</param>
    public void Report(double fraction, string? text = null) => run.Happen(new Moment.Progressed(fraction, text));

    /// <summary>Counts steps.</summary>
    /// <param name="count">How many more are done.</param>
    public void Step(long count = 1) => run.Happen(new Moment.Stepped(Interlocked.Add(ref steps, count)));

    /// <summary>Shows that the job is alive.</summary>
    public void Beat() => run.Happen(new Moment.Beat());

    /// <summary>Tells how long the job's server has been idle.</summary>
    /// <param name="time">How long.</param>
    public void Idle(TimeSpan time) => run.Happen(new Moment.Idled(time));

    /// <summary>Sends a message of the job's own, in order with the others.</summary>
    /// <param name="notice">What to say.</param>
    public void Say(Notice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        run.Say(notice);
    }
}
