using Transponder.Core.Egress;
using Xunit;
using static Transponder.Tests.Core.Egress.EgressFixture;

namespace Transponder.Tests.Core.Egress;

public sealed class EgressOrderTests
{
    private const int Executions = 12;
    private const int EventsOfEach = 25;

    /// <summary>Whatever fails, is refused or changes hands: each execution's events are there, and in order but for repeats.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Order_UnderRandomFailuresRefusalsAndLostLeases_IsKept(int seed)
    {
        await using var fixture = await CreateAsync();
        fixture.Options = fixture.Options with { LeaseDuration = TimeSpan.FromSeconds(15), HoldAfter = TimeSpan.FromSeconds(2) };
        var random = new Random(seed);
        var failures = 0.25;
        var received = new List<(string Key, string Text)>();
        var names = Enumerable.Range(0, Executions).Select(i => $"e{i}-").ToList();
        var sinks = new[] { NewSink(), NewSink() };
        fixture.Start("one", [Route(sinks[0])]);
        fixture.Start("two", [Route(sinks[1])]);
        for (var i = 0; i < EventsOfEach; i++)
        {
            foreach (var name in names)
                await fixture.AddAsync(name);
            if (i % 8 == 5)
                await fixture.Store.Lanes.ReleaseAsync(i % 16 == 5 ? "one" : "two", Token);
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }
        lock (received)
            failures = 0;

        await fixture.UntilSavedAsync();
        (string Key, string Text)[] arrived;
        // Whoever has lost a lane may still be sending.
        lock (received)
            arrived = [.. received];
        foreach (var name in names)
            Assert.Equal(Expected(name, EventsOfEach), arrived.Where(one => one.Key.EndsWith(name)).Select(one => one.Text).Distinct());

        RecordingSink NewSink() => new() { Script = Decide };

        PublishResult Decide(EgressRecord record)
        {
            lock (received)
            {
                if (random.NextDouble() < failures)
                    return new(random.Next(3) == 0 ? PublishOutcome.Rejected : PublishOutcome.Failed, "bad luck");
                received.Add((record.OrderingKey, RecordingSink.Text(record).Replace("gap:", "")));
                return PublishResult.Confirmed;
            }
        }
    }

    /// <summary>A backlog of all lanes is read together; what fails on the way falls back behind the others, and catches up.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public async Task Order_OfABacklog_IsKept(double failures)
    {
        const int rounds = 6;
        await using var fixture = await CreateAsync();
        var names = Enumerable.Range(0, 40).Select(i => $"e{i}-").ToList();
        for (var i = 0; i < rounds; i++)
            foreach (var name in names)
                await fixture.AddAsync(name, EventsOfEach);
        var random = new Random(1);
        fixture.Sink.Script = _ =>
        {
            lock (random)
                return random.NextDouble() < failures ? new(PublishOutcome.Failed, "bad luck") : PublishResult.Confirmed;
        };
        fixture.Start();

        await fixture.UntilSavedAsync();
        foreach (var name in names)
            Assert.Equal(Expected(name, rounds * EventsOfEach), fixture.Sink.Of(name));
        Assert.Empty(fixture.Sink.Faults);
    }
}
