using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Timing;

/// <summary>Speaks at every multiple of a period; multiples that were slept through are not made up for.</summary>
internal sealed class EveryStrategy : Strategy
{
    private readonly TimeSpan period;

    public EveryStrategy(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        this.period = period;
    }

    public override StrategyRun Begin() => new Run(period);

    private sealed class Run(TimeSpan period) : StrategyRun
    {
        private TimeSpan reached;
        private string progress = "";

        public override TimeSpan? WakeAt => reached + period;

        public override IEnumerable<Notice> On(Moment moment)
        {
            if (moment is Moment.Progressed { Text: { } text })
                progress = text;
            if (moment.IsLast || moment.Elapsed < reached + period)
                return [];
            reached = period * (moment.Elapsed.Ticks / period.Ticks);
            return
            [
                new Notice($"{moment.Job} has been running for {TemplateTokens.Human(moment.Elapsed)}", progress) { IsProgress = true },
            ];
        }
    }
}
