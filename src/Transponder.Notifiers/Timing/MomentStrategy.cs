namespace Transponder.Notifiers.Timing;

/// <summary>Speaks at a moment and remembers nothing.</summary>
internal sealed class MomentStrategy(Func<Moment, Notice?> say) : Strategy
{
    public override StrategyRun Begin() => new Run(say);

    private sealed class Run(Func<Moment, Notice?> say) : StrategyRun
    {
        public override IEnumerable<Notice> On(Moment moment) => say(moment) is { } notice ? [notice] : [];
    }
}
