namespace Transponder.Notifiers.Timing;

/// <summary>Speaks once, when the job has run for a given time and has not ended.</summary>
internal sealed class OnceStrategy : Strategy
{
    private readonly TimeSpan at;
    private readonly Func<Moment, Notice> say;

    public OnceStrategy(TimeSpan at, Func<Moment, Notice> say)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at, TimeSpan.Zero);
        this.at = at;
        this.say = say;
    }

    public override StrategyRun Begin() => new Run(at, say);

    private sealed class Run(TimeSpan at, Func<Moment, Notice> say) : StrategyRun
    {
        private bool said;

        public override TimeSpan? WakeAt => said ? null : at;

        public override IEnumerable<Notice> On(Moment moment)
        {
            if (said || moment.IsLast || moment.Elapsed < at)
                return [];
            said = true;
            return [say(moment)];
        }
    }
}
