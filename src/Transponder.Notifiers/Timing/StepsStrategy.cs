using System.Globalization;

namespace Transponder.Notifiers.Timing;

/// <summary>Speaks at every so many steps, once even if several marks are passed at a time.</summary>
internal sealed class StepsStrategy : Strategy
{
    private readonly long steps;

    public StepsStrategy(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        this.steps = steps;
    }

    public override StrategyRun Begin() => new Run(steps);

    private sealed class Run(long steps) : StrategyRun
    {
        private long reached;

        public override IEnumerable<Notice> On(Moment moment)
        {
            if (moment is not Moment.Stepped step || step.Count / steps <= reached)
                return [];
            reached = step.Count / steps;
            return
            [
                new Notice(string.Create(CultureInfo.InvariantCulture, $"{moment.Job} has done {step.Count} steps")) { IsProgress = true },
            ];
        }
    }
}
