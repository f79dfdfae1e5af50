using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Timing;

/// <summary>Warns once for each spell without a sign of life.</summary>
internal sealed class IdleStrategy : Strategy
{
    private readonly TimeSpan time;

    public IdleStrategy(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        this.time = time;
    }

    public override StrategyRun Begin() => new Run(time);

    private sealed class Run(TimeSpan time) : StrategyRun
    {
        private TimeSpan lastSign;
        private bool warned;

        public override TimeSpan? WakeAt => warned ? null : lastSign + time;

        public override IEnumerable<Notice> On(Moment moment)
        {
            var silence = moment.Elapsed - lastSign;
            if (moment is Moment.Started or Moment.Progressed or Moment.Stepped or Moment.Beat)
            {
                lastSign = moment.Elapsed;
                warned = false;
                return [];
            }
            if (warned || moment.IsLast || silence < time)
                return [];
            warned = true;
            return [new Notice($"{moment.Job} has shown no progress for {TemplateTokens.Human(silence)}", "", Severity.Warning)];
        }
    }
}
