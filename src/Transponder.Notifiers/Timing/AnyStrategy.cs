namespace Transponder.Notifiers.Timing;

/// <summary>Several strategies as one.</summary>
internal sealed class AnyStrategy(Strategy[] strategies) : Strategy
{
    public override StrategyRun Begin() => new Run([.. strategies.Select(strategy => strategy.Begin())]);

    private sealed class Run(StrategyRun[] runs) : StrategyRun
    {
        public override TimeSpan? WakeAt => runs.Min(run => run.WakeAt);

        public override IEnumerable<Notice> On(Moment moment) => [.. runs.SelectMany(run => run.On(moment))];
    }
}
