namespace Transponder.Core.Egress.Lanes;

/// <summary>How long to wait between attempts, spread by a fifth so that many do not come back at once.</summary>
internal sealed class RetryTimes(Func<double> random)
{
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);
    private static readonly double[] Usual = [1, 2, 5, 10, 15, 30];
    private static readonly double[] OfHeld = [10, 30, 60, 120, 300];

    /// <summary>A sink, or an execution on it, that failed so often in a row.</summary>
    public TimeSpan AfterFailure(int failures, TimeSpan? asked) => AtLeast(asked, Spread(Usual, failures));

    /// <summary>A held execution that failed so often in a row.</summary>
    public TimeSpan WhileHeld(int failures, TimeSpan? asked) => AtLeast(asked, Spread(OfHeld, failures));

    /// <summary>A message that was refused so often in a row.</summary>
    public static TimeSpan AfterRejection(int rejections) => TimeSpan.FromMilliseconds(250 * rejections);

    private TimeSpan Spread(double[] steps, int failures) =>
        TimeSpan.FromSeconds(steps[Math.Clamp(failures - 1, 0, steps.Length - 1)] * (0.8 + 0.4 * random()));

    private static TimeSpan AtLeast(TimeSpan? asked, TimeSpan wait) =>
        asked is not { } least || least <= wait ? wait
        : least < LongestAsked ? least
        : LongestAsked;
}
