using Transponder.Core.Egress;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Tests.Integrations.Stores;
using Xunit;
using static Transponder.Tests.Core.Egress.EgressFixture;

namespace Transponder.Tests.Core.Egress;

public sealed class EgressEngineTests
{
    [Fact]
    public async Task Events_OfManyExecutions_ArriveInTheirOrderAndMoveTheCursors()
    {
        await using var fixture = await CreateAsync();
        foreach (var name in Names(20))
            await fixture.AddAsync(name, 7);
        fixture.Start();
        foreach (var name in Names(20))
            await fixture.AddAsync(name, 5);

        await fixture.UntilAsync(() => fixture.Sink.Texts.Count == 240, "240 events");
        foreach (var name in Names(20))
            Assert.Equal(Expected(name, 12), fixture.Sink.Of(name));
        await fixture.UntilSavedAsync();
    }

    [Fact]
    public async Task ANewSink_WithoutFromStart_BeginsWithWhatHappensFromNowOn()
    {
        await using var fixture = await CreateAsync();
        await fixture.AddAsync("a");
        var engine = fixture.Start(Route(fixture.Sink) with { FromStart = false });
        await fixture.UntilAsync(async () => (await engine.StatusAsync(Token))[0].Lanes == ExecutionKey.ShardCount, "lanes");
        await fixture.AddAsync("a");

        await fixture.UntilAsync(() => fixture.Sink.Texts.Count > 0, "an event");
        Assert.Equal(["a2"], fixture.Sink.Texts);
    }

    [Fact]
    public async Task EventsOfManyLanes_AreJoinedInOneCall()
    {
        await using var fixture = await CreateAsync(
            new RecordingSink
            {
                Limits = new() { Records = 100, Concurrency = 1 },
            }
        );
        fixture.Start();
        await fixture.AddAsync("first");
        await fixture.UntilAsync(() => fixture.Sink.Texts.Count == 1, "the first");
        fixture.Sink.Block();
        await fixture.AddAsync("second");
        await fixture.UntilAsync(() => fixture.Sink.Calls == 2, "a call that waits");
        foreach (var name in Names(40))
            await fixture.AddAsync(name);
        for (var i = 0; i < 20; i++)
        {
            fixture.Time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
        }
        fixture.Sink.Unblock();

        await fixture.UntilAsync(() => fixture.Sink.Texts.Count == 42, "all");
        Assert.InRange(fixture.Sink.Calls, 3, 8);
    }

    [Fact]
    public async Task WhatTheFilterDrops_MovesTheCursorToo()
    {
        await using var fixture = await CreateAsync();
        var filter = new EventFilter { Kinds = new HashSet<EventKind> { EventKind.Workflow } };
        fixture.Start(Route(fixture.Sink, filter: filter));
        foreach (var name in Names(20))
            await fixture.AddAsync(name, 3);
        await fixture.AddAsync("w", 1, EventKind.Workflow);

        await fixture.UntilSavedAsync();
        Assert.Equal(["w1"], fixture.Sink.Texts);
    }

    [Fact]
    public async Task ASinkThatIsDown_IsProbedWithOneCallAtATimeAndGoesOnAtOnce()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Fails("connection refused");
        foreach (var name in Names(30))
            await fixture.AddAsync(name, 4);
        var engine = fixture.Start();
        await fixture.UntilAsync(async () => (await engine.StatusAsync(Token))[0].State == SinkState.Waiting, "waiting", 0.001);
        await fixture.UntilAsync(() => fixture.Sink.Sizes.Count > 0, "a call");
        var status = (await engine.StatusAsync(Token))[0];
        Assert.Equal("connection refused", status.Error);
        Assert.True(status.Lag > 0);

        // Some calls were under way when the first failed; from then on there is one for each wait: 1, 2, 5, 10, 15, 30, 30 s …
        var (before, since) = (fixture.Sink.Calls, fixture.Time.GetUtcNow());
        await fixture.UntilAsync(() => fixture.Sink.Calls >= before + 10, "ten calls more", 1);
        Assert.InRange((fixture.Time.GetUtcNow() - since).TotalSeconds, 90, double.MaxValue);

        fixture.Sink.Works();
        await fixture.UntilAsync(() => fixture.Sink.Texts.Count == 120, "all", 1);
        foreach (var name in Names(30))
            Assert.Equal(Expected(name, 4), fixture.Sink.Of(name));
        Assert.Equal(SinkState.Running, (await engine.StatusAsync(Token))[0].State);
    }

    [Fact]
    public async Task ASinkThatIsDown_StopsNoOther()
    {
        await using var fixture = await CreateAsync();
        var other = new RecordingSink();
        fixture.Sink.Fails();
        fixture.Start(Route(fixture.Sink), Route(other, "two"));
        await fixture.AddAsync("a", 30);

        await fixture.UntilAsync(() => other.Texts.Count == 30, "all at the other");
        Assert.Empty(fixture.Sink.Texts);
        Assert.Empty(other.Faults);
    }

    [Fact]
    public async Task RetryAfter_IsHonoured()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Script = _ => new PublishResult(PublishOutcome.Failed, "slow down", TimeSpan.FromMinutes(3));
        await fixture.AddAsync("a");
        fixture.Start();
        await fixture.UntilAsync(() => fixture.Sink.Calls == 1, "a call");
        await fixture.UntilAsync(() => fixture.Time.UntilNextTimer > TimeSpan.Zero, "a rest");
        fixture.Sink.Works();
        for (var i = 0; i < 170; i++)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }
        Assert.Equal(1, fixture.Sink.Calls);
        await fixture.UntilAsync(() => fixture.Sink.Calls == 2, "the next", 1);
    }

    [Fact]
    public async Task AnExecutionThatFailsWhileOthersPass_IsHeldAndTheCursorGoesOn()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Script = record =>
            record.OrderingKey.EndsWith("/bad") ? new(PublishOutcome.Failed, "not now") : PublishResult.Confirmed;
        var engine = fixture.Start();
        await fixture.AddAsync("bad", 3);
        await fixture.AddAsync("good", 3);
        await fixture.UntilAsync(
            async () =>
            {
                await fixture.AddAsync("good");
                return (await engine.StatusAsync(Token))[0].Held == 1;
            },
            "held",
            1
        );
        var held = Assert.Single(await fixture.Store.Lanes.HeldAsync("one", StoreSamples.Key("bad").Shard, Token));
        Assert.Equal("not now", held.Detail);
        await fixture.AddAsync("bad", 100);
        await fixture.AddAsync("good", 1);
        Assert.Empty(fixture.Sink.Of("bad"));

        fixture.Sink.Works();
        await fixture.UntilSavedAsync();
        Assert.Equal(Expected("bad", 103), fixture.Sink.Of("bad"));
        Assert.Equal(fixture.Sink.Of("good").Distinct(), fixture.Sink.Of("good"));
        await fixture.AddAsync("bad");
        await fixture.UntilAsync(() => fixture.Sink.Of("bad").Count == 104, "the next goes its usual way");
    }

    [Fact]
    public async Task AHeldExecution_GoesOnInTheNextProcess()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Script = record =>
            record.OrderingKey.EndsWith("/bad") ? new(PublishOutcome.Failed, "not now") : PublishResult.Confirmed;
        var engine = fixture.Start();
        await fixture.AddAsync("bad", 3);
        await fixture.UntilAsync(
            async () =>
            {
                await fixture.AddAsync("good");
                return (await engine.StatusAsync(Token))[0].Held == 1;
            },
            "held",
            1
        );
        await fixture.StopAsync(engine);
        await fixture.AddAsync("bad", 2);
        fixture.Sink.Works();
        fixture.Start("next", []);

        await fixture.UntilSavedAsync();
        Assert.Equal(Expected("bad", 5), fixture.Sink.Of("bad"));
    }

    [Fact]
    public async Task ARecordThatIsRefusedThreeTimes_IsQuarantinedAndAGapStandsInItsPlace()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Script = record =>
            RecordingSink.Text(record) == "a2" ? new(PublishOutcome.Rejected, "too large") : PublishResult.Confirmed;
        await fixture.AddAsync("a", 4);
        await fixture.AddAsync("b", 2);
        fixture.Start();

        await fixture.UntilSavedAsync();
        Assert.Equal(["a1", "gap:a2", "a3", "a4"], fixture.Sink.Of("a"));
        Assert.Equal(["b1", "b2"], fixture.Sink.Of("b"));
        var one = Assert.Single(await fixture.Store.Lanes.QuarantineAsync("one", 0, 10, Token));
        Assert.Equal(("too large", "a2"), (one.Reason, System.Text.Encoding.UTF8.GetString(one.Payload)));
        Assert.EndsWith("/a", one.OrderingKey);
    }

    [Fact]
    public async Task ASinkThatRefusesEverything_StopsTheQuarantineAndGoesOnWhenItTakesOne()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Script = record =>
            record.Subject == "gap" ? PublishResult.Confirmed : new PublishResult(PublishOutcome.Rejected, "no such schema");
        foreach (var name in Names(40))
            await fixture.AddAsync(name, 2);
        var engine = fixture.Start(Route(fixture.Sink) with { QuarantineLimit = 25 });
        await fixture.UntilAsync(async () => (await engine.StatusAsync(Token))[0].State == SinkState.Refusing, "the brake", 0.1);

        // Many a try later nothing more has gone into quarantine.
        var before = fixture.Sink.Calls;
        await fixture.UntilAsync(() => fixture.Sink.Calls > before + 5, "more tries", 5);
        var status = (await engine.StatusAsync(Token))[0];
        Assert.Equal(
            "25 messages in a row were refused for what they are, so none goes into quarantine until one is taken; the last: no such schema",
            status.Error
        );
        Assert.Equal(25, (await fixture.Store.Lanes.QuarantineAsync("one", 0, 100, Token)).Count);
        Assert.True(status.Lag > 0);

        fixture.Sink.Works();
        await fixture.UntilSavedAsync();
        Assert.Equal(SinkState.Running, (await engine.StatusAsync(Token))[0].State);
        Assert.Equal(25, (await fixture.Store.Lanes.QuarantineAsync("one", 0, 100, Token)).Count);
        Assert.Equal(25, fixture.Sink.Texts.Count(text => text.StartsWith("gap:", StringComparison.Ordinal)));
        foreach (var name in Names(40))
            Assert.Equal(Expected(name, 2), fixture.Sink.Of(name).Select(text => text.Replace("gap:", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(81)]
    public async Task RefusalsBelowTheLimitOrWithoutOne_AllGoIntoQuarantine(int limit)
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Script = _ => new PublishResult(PublishOutcome.Rejected, "no such schema");
        foreach (var name in Names(40))
            await fixture.AddAsync(name, 2);
        fixture.Start(Route(fixture.Sink) with { QuarantineLimit = limit });

        await fixture.UntilSavedAsync();
        Assert.Equal(80, (await fixture.Store.Lanes.QuarantineAsync("one", 0, 100, Token)).Count);
        Assert.Empty(fixture.Sink.Texts);
    }

    [Fact]
    public async Task FailuresBetweenRefusals_KeepARecordOutOfQuarantine()
    {
        await using var fixture = await CreateAsync();
        var tries = 0;
        fixture.Sink.Script = _ =>
            ++tries switch
            {
                < 10 when tries % 3 == 0 => new(PublishOutcome.Failed, "broken pipe"),
                < 10 => new(PublishOutcome.Rejected, "strange"),
                _ => PublishResult.Confirmed,
            };
        await fixture.AddAsync("a");
        fixture.Start();

        await fixture.UntilAsync(() => fixture.Sink.Texts.Count == 1, "the event", 1);
        Assert.Equal(["a1"], fixture.Sink.Texts);
        Assert.Empty(await fixture.Store.Lanes.QuarantineAsync("one", 0, 10, Token));
    }

    [Fact]
    public async Task Stop_WaitsForWhatIsUnderWayAndRepeatsNothing()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Block();
        await fixture.AddAsync("a", 25);
        var engine = fixture.Start();
        await fixture.UntilAsync(() => fixture.Sink.Calls > 0, "a call");
        var stop = engine.StopAsync();
        Assert.False(stop.IsCompleted);
        fixture.Sink.Unblock();
        await stop;
        var first = fixture.Sink.Texts.Count;
        Assert.InRange(first, 1, 24);

        fixture.Start("next", []);
        await fixture.UntilSavedAsync();
        Assert.Equal(Expected("a", 25), fixture.Sink.Texts);
    }

    [Fact]
    public async Task Stop_CutsOffWhatDoesNotEnd()
    {
        await using var fixture = await CreateAsync();
        fixture.Sink.Block();
        await fixture.AddAsync("a");
        var engine = fixture.Start();
        await fixture.UntilAsync(() => fixture.Sink.Calls > 0, "a call");

        await fixture.StopAsync(engine);

        Assert.Empty(fixture.Sink.Texts);
    }

    [Fact]
    public async Task Reload_LeavesAloneWhatDidNotChange()
    {
        await using var fixture = await CreateAsync();
        var (changed, added) = (new RecordingSink(), new RecordingSink());
        var same = Route(fixture.Sink);
        var engine = fixture.Start(same, Route(changed, "two"), Route(new RecordingSink(), "gone"));
        await fixture.AddAsync("a", 20);
        await fixture.UntilAsync(() => fixture.Sink.Texts.Count == 20 && changed.Texts.Count == 20, "all");
        fixture.Sink.Block();
        await fixture.AddAsync("a");
        await fixture.UntilAsync(() => fixture.Sink.Calls > 2 && changed.Texts.Count == 21, "a call that waits");

        await using (fixture.RunClock())
            await engine.ReloadAsync([same, Route(added, "two"), Route(added, "three")], fixture.Options);
        fixture.Sink.Unblock();
        await fixture.AddAsync("a");

        await fixture.UntilAsync(() => fixture.Sink.Texts.Count == 22, "the one that stays");
        await fixture.UntilAsync(() => added.Texts.Count == 23, "the changed one goes on, the new one begins at the start");
        Assert.Equal(Expected("a", 22), fixture.Sink.Texts);
        Assert.Equal(21, changed.Texts.Count);
        await fixture.UntilAsync(async () => (await engine.StatusAsync(Token)).All(one => one.Lanes == 16), "lanes");
        Assert.Equal(["one", "two", "three"], (await engine.StatusAsync(Token)).Select(one => one.Name));
    }

    [Fact]
    public async Task TwoOwners_ShareTheLanesAndOneTakesOver()
    {
        await using var fixture = await CreateAsync();
        var one = fixture.Start("one", []);
        await fixture.UntilAsync(async () => (await one.StatusAsync(Token))[0].Lanes == 16, "all lanes");
        var two = fixture.Start("two", []);
        await fixture.UntilAsync(
            async () => ((await one.StatusAsync(Token))[0].Lanes, (await two.StatusAsync(Token))[0].Lanes) == (8, 8),
            "half each",
            0.5
        );
        foreach (var name in Names(20))
            await fixture.AddAsync(name, 3);
        await fixture.UntilSavedAsync();
        await fixture.StopAsync(one);
        foreach (var name in Names(20))
            await fixture.AddAsync(name, 3);

        await fixture.UntilSavedAsync();
        foreach (var name in Names(20))
            Assert.Equal(Expected(name, 6), fixture.Sink.Of(name));
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => $"e{i}-");
}
