using Transponder.Core.Egress;
using Transponder.Core.Store;
using Xunit;
using static Transponder.Tests.Core.Egress.EgressFixture;

namespace Transponder.Tests.Core.Egress;

/// <summary>What waits beside its lane, and leases that are lost while calls are under way.</summary>
public sealed class EgressHeldTests
{
    [Fact]
    public async Task ManyHeldExecutions_OfAFormerProcess_AllGoOnInTheirOrder()
    {
        await using var fixture = await CreateAsync();
        var names = Enumerable.Range(0, 150).Select(i => $"e{i}-").ToList();
        foreach (var name in names)
            await fixture.AddAsync(name, 2);
        foreach (var name in names)
            await fixture.AddAsync(name, 38);
        await HoldAllAsync(fixture);

        fixture.Start();

        await fixture.UntilSavedAsync();
        foreach (var name in names)
            Assert.Equal(Expected(name, 40), fixture.Sink.Of(name));
    }

    [Fact]
    public async Task HeldExecutionsThatStillFail_DoNotStopTheOthers()
    {
        await using var fixture = await CreateAsync();
        foreach (var name in Enumerable.Range(0, 100).Select(i => $"bad{i}-"))
            await fixture.AddAsync(name);
        await HoldAllAsync(fixture);
        fixture.Sink.Script = record =>
            record.OrderingKey.Contains("/bad", StringComparison.Ordinal) ? new(PublishOutcome.Failed, "not now") : PublishResult.Confirmed;
        var engine = fixture.Start();
        await fixture.AddAsync("good", 50);

        await fixture.UntilAsync(() => fixture.Sink.Of("good").Count == 50, "the others", 0.2);

        // The sink has them before the engine knows, and those that fail are still being tried.
        var good = 50;
        await fixture.UntilAsync(
            async () =>
            {
                await fixture.AddAsync("good");
                good++;
                var status = (await engine.StatusAsync(Token))[0];
                Assert.Equal(100, status.Held);
                return status.State == SinkState.Running;
            },
            "the sink to count as running",
            0.2
        );
        await fixture.UntilAsync(() => fixture.Sink.Of("good").Count == good, "those that came last", 0.2);
        Assert.Equal(Expected("good", good), fixture.Sink.Of("good"));
    }

    [Fact]
    public async Task ALeaseThatIsLostAndTakenAgain_WaitsForTheCallUnderWay()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Block();
        await fixture.AddAsync("a");
        fixture.Start();
        await fixture.UntilAsync(() => fixture.Sink.Calls == 1, "a call");
        await fixture.Store.Lanes.ReleaseAsync("owner", Token);
        await fixture.AddAsync("other");
        for (var second = 0; second < 12; second++)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(3, Token);
        }
        fixture.Sink.Unblock();

        await fixture.UntilSavedAsync();
        Assert.Equal(["a1"], fixture.Sink.Of("a").Distinct());
        Assert.Equal(["other1"], fixture.Sink.Of("other").Distinct());
    }

    // All lanes at the log's end, and every execution held before its first event.
    private static async Task HoldAllAsync(EgressFixture fixture)
    {
        var lanes = fixture.Store.Lanes;
        await lanes.RegisterAsync([new("one", FromStart: true)], Token);
        var events = await fixture.Store.Events.ReadAsync(0, null, 100_000, Token);
        var held = events.GroupBy(one => one.Execution).ToLookup(one => one.Key.Shard, one => one.First());
        var now = fixture.Time.GetUtcNow();
        var leases = await lanes.LeaseAsync("former", ["one"], TimeSpan.FromMinutes(1), Token);
        await lanes.SaveAsync(
            [
                .. leases.Select(lease => new LaneProgress(
                    lease,
                    events[^1].Position,
                    [.. held[lease.Shard].Select(one => new HeldExecution(one.ExecutionId, one.Position - 1, 3, now, now, "not now"))],
                    [],
                    []
                )),
            ],
            Token
        );
        await lanes.ReleaseAsync("former", Token);
    }
}
