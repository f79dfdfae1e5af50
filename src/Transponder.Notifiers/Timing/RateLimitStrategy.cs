using System.Globalization;

namespace Transponder.Notifiers.Timing;

/// <summary>Holds a strategy to a number of notices in any window of time, and says in the next one how many were left out.</summary>
internal sealed class RateLimitStrategy : Strategy
{
    private readonly Strategy inner;
    private readonly int count;
    private readonly TimeSpan per;

    public RateLimitStrategy(Strategy inner, int count, TimeSpan per)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(per, TimeSpan.Zero);
        (this.inner, this.count, this.per) = (inner, count, per);
    }

    public override StrategyRun Begin() => new Run(inner.Begin(), count, per);

    private sealed class Run(StrategyRun inner, int count, TimeSpan per) : StrategyRun
    {
        private readonly Queue<TimeSpan> sent = new();
        private int leftOut;

        public override TimeSpan? WakeAt => inner.WakeAt;

        public override IEnumerable<Notice> On(Moment moment)
        {
            var kept = new List<Notice>();
            foreach (var notice in inner.On(moment))
            {
                while (sent.TryPeek(out var oldest) && moment.Elapsed - oldest >= per)
                    sent.Dequeue();
                if (sent.Count >= count)
                {
                    leftOut++;
                    continue;
                }
                sent.Enqueue(moment.Elapsed);
                kept.Add(leftOut == 0 ? notice : notice with { Body = $"{notice.Body}\n\n{Omitted()}".TrimStart('\n') });
                leftOut = 0;
            }
            return kept;
        }

        private string Omitted() =>
            leftOut == 1
                ? "(1 message before it was left out.)"
                : string.Create(CultureInfo.InvariantCulture, $"({leftOut} messages before it were left out.)");
    }
}
