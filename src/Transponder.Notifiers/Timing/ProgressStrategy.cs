using System.Globalization;

namespace Transponder.Notifiers.Timing;

/// <summary>Speaks whenever another part of the work is done; parts that were jumped over are not made up for.</summary>
internal sealed class ProgressStrategy : Strategy
{
    // Fractions are sums of parts that binary numbers do not hold exactly.
    private const double Slack = 1e-9;

    private readonly double part;

    public ProgressStrategy(double part)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, 1);
        this.part = part;
    }

    public override StrategyRun Begin() => new Run(part);

    private sealed class Run(double part) : StrategyRun
    {
        private double reached;

        public override IEnumerable<Notice> On(Moment moment)
        {
            if (moment is not Moment.Progressed { Fraction: >= 0 and < 1 } progress)
                return [];
            var now = Math.Floor(progress.Fraction / part + Slack);
            if (now <= reached)
                return [];
            reached = now;
            var percent = Math.Floor(progress.Fraction * 100 + Slack);
            return
            [
                new Notice(string.Create(CultureInfo.InvariantCulture, $"{moment.Job} is at {percent} %"), progress.Text ?? "")
                {
                    IsProgress = true,
                },
            ];
        }
    }
}
