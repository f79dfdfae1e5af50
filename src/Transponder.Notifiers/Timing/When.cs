using System.Globalization;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Timing;

/// <summary>The strategies that come with the library. Give an executor any number of them.</summary>
public static class When
{
    private const int LongestError = 2000;

    /// <summary>Once, when the job begins.</summary>
    public static Strategy Started() => On<Moment.Started>(moment => new Notice($"{moment.Job} has started"));

    /// <summary>Once, when the job has done its work.</summary>
    public static Strategy Succeeded() => On<Moment.Succeeded>(moment => new Notice($"{moment.Job} has succeeded", Took(moment)));

    /// <summary>Once, when the job fails: with the exception's kind and message, without its stack.</summary>
    public static Strategy Failed() =>
        On<Moment.Failed>(moment => new Notice(
            $"{moment.Job} has failed: {moment.Error.GetType().Name}",
            $"{VisibleText.Cut(moment.Error.Message, LongestError)}\n\n{Took(moment)}",
            Severity.Error
        ));

    /// <summary>Once, when the job is told to stop before it has done its work.</summary>
    public static Strategy Terminated() =>
        On<Moment.Terminated>(moment => new Notice($"{moment.Job} was terminated", Took(moment), Severity.Warning));

    /// <summary>Once, however the job ends.</summary>
    public static Strategy Ended() => Any(Succeeded(), Failed(), Terminated());

    /// <summary>Whenever the job has come a part further, as <see cref="JobScope.Report"/> says; not at its end.</summary>
    /// <param name="part">The part, e.g. 0.25 for a quarter.</param>
    public static Strategy Progress(double part = 0.25) => new ProgressStrategy(part);

    /// <summary>At every so many steps, as <see cref="JobScope.Step"/> counts them.</summary>
    /// <param name="steps">How many.</param>
    public static Strategy Steps(long steps) => new StepsStrategy(steps);

    /// <summary>Again and again while the job runs.</summary>
    /// <param name="period">How often.</param>
    public static Strategy Every(TimeSpan period) => new EveryStrategy(period);

    /// <summary>Once, when the job has been running for longer than expected.</summary>
    /// <param name="time">How long it should take.</param>
    public static Strategy LongerThan(TimeSpan time) =>
        new OnceStrategy(
            time,
            moment => new Notice(
                string.Create(CultureInfo.InvariantCulture, $"{moment.Job} is still running after {TemplateTokens.Human(time)}"),
                "",
                Severity.Warning
            )
        );

    /// <summary>Once, before a time limit ends the job.</summary>
    /// <param name="timeout">The job's time limit.</param>
    /// <param name="before">How long before it.</param>
    public static Strategy BeforeTimeout(TimeSpan timeout, TimeSpan before)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(before, TimeSpan.Zero);
        return new OnceStrategy(
            timeout > before ? timeout - before : TimeSpan.Zero,
            moment => new Notice($"{moment.Job} will time out in {TemplateTokens.Human(timeout - moment.Elapsed)}", "", Severity.Warning)
        );
    }

    /// <summary>Once for each time that the job shows no progress, step or beat for so long.</summary>
    /// <param name="time">How long.</param>
    public static Strategy Idle(TimeSpan time) => new IdleStrategy(time);

    /// <summary>
    /// What people in front of an interactive server are told: that they can connect, that it will be terminated, that it is. The texts and
    /// thresholds are those of flytekit's notifier for VSCode.
    /// </summary>
    /// <param name="options">The session; null = the defaults.</param>
    public static Strategy InteractiveSession(SessionOptions? options = null) => new SessionStrategy(options ?? new SessionOptions());

    /// <summary>At one kind of moment, with a notice of your own.</summary>
    /// <typeparam name="T">The kind of moment.</typeparam>
    /// <param name="say">What to say; null = nothing this time.</param>
    public static Strategy On<T>(Func<T, Notice?> say)
        where T : Moment => new MomentStrategy(moment => moment is T wanted ? say(wanted) : null);

    /// <summary>Several strategies as one, e.g. to limit them together.</summary>
    /// <param name="strategies">The strategies.</param>
    public static Strategy Any(params IEnumerable<Strategy> strategies) => new AnyStrategy([.. strategies]);

    private static string Took(Moment moment) => $"It ran for {TemplateTokens.Human(moment.Elapsed)}.";
}
