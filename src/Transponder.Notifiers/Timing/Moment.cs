namespace Transponder.Notifiers.Timing;

/// <summary>Something that happens to a job, at which a strategy may speak.</summary>
public abstract record Moment
{
    private Moment() { }

    /// <summary>The job's name.</summary>
    public string Job { get; init; } = "The job";

    /// <summary>How long the job has been running.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The job begins.</summary>
    public sealed record Started : Moment;

    /// <summary>The job says how far it has come.</summary>
    /// <param name="Fraction">How much is done, from 0 to 1.</param>
    /// <param name="Text">What the job says besides; null = nothing.</param>
    public sealed record Progressed(double Fraction, string? Text) : Moment;

    /// <summary>The job has done another step.</summary>
    /// <param name="Count">How many steps it has done in all.</param>
    public sealed record Stepped(long Count) : Moment;

    /// <summary>The job shows that it is alive.</summary>
    public sealed record Beat : Moment;

    /// <summary>Someone looked how long the job has been idle.</summary>
    /// <param name="Idle">How long.</param>
    public sealed record Idled(TimeSpan Idle) : Moment;

    /// <summary>Time has passed up to the moment that a strategy wanted to be woken at.</summary>
    public sealed record Passed : Moment;

    /// <summary>The job has done its work.</summary>
    public sealed record Succeeded : Moment;

    /// <summary>The job has failed.</summary>
    /// <param name="Error">With what.</param>
    public sealed record Failed(Exception Error) : Moment;

    /// <summary>The job was told to stop.</summary>
    public sealed record Terminated : Moment;

    /// <summary>True when nothing comes after it.</summary>
    internal bool IsLast => this is Succeeded or Failed or Terminated;
}
