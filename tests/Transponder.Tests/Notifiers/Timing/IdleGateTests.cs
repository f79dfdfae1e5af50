using Transponder.Notifiers.Timing;
using Xunit;

namespace Transponder.Tests.Notifiers.Timing;

public sealed class IdleGateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Look_AnyPoll_RemindsExactlyOnceBeforeTheEnd(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 3000; i++)
        {
            var options = new SessionOptions
            {
                MaxIdle = TimeSpan.FromMilliseconds(random.Next(0, 100_000)),
                WarnBefore = TimeSpan.FromMilliseconds(random.Next(0, 120_000)),
            };
            var gate = new IdleGate(options);
            var (reminders, idle) = (0, TimeSpan.Zero);
            IdleVerdict verdict;
            do
            {
                verdict = gate.Look(idle);
                reminders += verdict.Reminder is null ? 0 : 1;
                Assert.True(verdict.Reminder is null or { Ticks: >= 0 }, $"{options}: {verdict}");
                Assert.False(verdict.IsOver && (reminders != 1 || idle <= options.MaxIdle), $"{options}: over at {idle}");
                idle += TimeSpan.FromMilliseconds(random.Next(1, 70_000));
            } while (!verdict.IsOver);
            Assert.Equal(1, reminders);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pause_AnyPoll_PassesNoThresholdUnseen(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 1000; i++)
        {
            var options = new SessionOptions
            {
                MaxIdle = TimeSpan.FromMilliseconds(random.Next(2000, 100_000)),
                WarnBefore = TimeSpan.FromMilliseconds(random.Next(2, 120_000)),
                Poll = TimeSpan.FromMilliseconds(random.Next(100, 200_000)),
            };
            var grain = TimeSpan.FromMilliseconds(1);
            var threshold = options.MaxIdle > options.WarnBefore ? options.MaxIdle - options.WarnBefore : TimeSpan.Zero;
            var gate = new IdleGate(options);
            var (remindedAt, idle) = (TimeSpan.Zero, TimeSpan.Zero);
            while (true)
            {
                var verdict = gate.Look(idle);
                if (verdict.Reminder is { } left)
                {
                    remindedAt = idle;
                    Assert.Equal(options.MaxIdle - idle, left);
                }
                if (verdict.IsOver)
                    break;
                var pause = gate.Pause(idle, options.Poll);
                Assert.InRange(pause, grain, options.Poll);
                idle += pause;
            }
            Assert.Equal((threshold + grain, options.MaxIdle + grain), (remindedAt, idle));
        }
    }

    [Fact]
    public void Look_TooLateToRemind_GivesTheWholeWarning()
    {
        var gate = new IdleGate(new SessionOptions { MaxIdle = TimeSpan.FromSeconds(600), WarnBefore = TimeSpan.FromSeconds(30) });

        Assert.Equal(new IdleVerdict(TimeSpan.FromSeconds(30), false), gate.Look(TimeSpan.FromSeconds(1000)));
        Assert.Equal(new IdleVerdict(null, false), gate.Look(TimeSpan.FromSeconds(1029)));
        Assert.Equal(new IdleVerdict(null, true), gate.Look(TimeSpan.FromSeconds(1030)));
    }
}
