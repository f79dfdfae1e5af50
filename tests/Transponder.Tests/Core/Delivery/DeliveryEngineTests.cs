using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class DeliveryEngineTests
{
    private static readonly DeliveryResult Bad = new DeliveryResult.Retry(DeliveryReason.ServerError, "503 busy");
    private static readonly DeliveryResult Unreachable = new DeliveryResult.Retry(DeliveryReason.ConnectFailed, "connection refused");

    [Fact]
    public async Task Deliver_NewDelivery_IsRenderedSentAndRecorded()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        fixture.Start();
        await fixture.AddAsync("d1");

        var delivery = await fixture.UntilAsync("d1", DeliveryState.Delivered);

        var message = Assert.Single(mail.Sent);
        Assert.Equal(("d1", "e1 failed", "ann@example.com"), (message.Id, message.Title, message.Target));
        Assert.Contains("a &lt; b", message.Body, StringComparison.Ordinal);
        Assert.Equal(Severity.Error, message.Severity);
        var execution = message.Execution!;
        Assert.Equal(
            ("train", "nightly", "user", "USER:Boom"),
            (execution.Workflow!.Name, execution.LaunchPlan!.Name, execution.ErrorKind, execution.ErrorCode)
        );
        Assert.Equal(TimeSpan.FromMinutes(2), execution.Duration);
        Assert.Equal("ml", execution.Labels["team"]);
        Assert.Equal("e1 failed", delivery.Subject);
        Assert.Equal((AttemptOutcome.Delivered, "250 ok"), (delivery.Attempts[0].Outcome, delivery.Attempts[0].Detail));
    }

    [Fact]
    public async Task Deliver_OwnTemplate_ReplacesTheBody()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        fixture.Start();
        await fixture.AddAsync("d1", closure: closure => closure.Notifications[0].Email.Template = "mine: {{ name }}");

        await fixture.UntilAsync("d1", DeliveryState.Delivered);

        Assert.Equal("mine: e1", Assert.Single(mail.Sent).Body);
    }

    [Fact]
    public async Task Deliver_OneDeadDestination_DelaysNoOther()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        fixture.Channel("dead").Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Bad;
        };
        fixture.Channel("well");
        fixture.Start();
        for (var i = 0; i < 100; i++)
            await fixture.AddAsync($"dead{i}", "dead");
        for (var i = 0; i < 20; i++)
            await fixture.AddAsync($"well{i}", "well");

        for (var i = 0; i < 20; i++)
            await fixture.UntilAsync($"well{i}", DeliveryState.Delivered);
        await fixture.UntilAsync(() => Task.FromResult(fixture.Channel("dead").Sent.Count >= 8), "as many as may be under way");
        Assert.Equal(8, fixture.Channel("dead").Sent.Count);
    }

    [Fact]
    public async Task Deliver_RetryAfter_IsWaitedFor()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        mail.Always(new DeliveryResult.Retry(DeliveryReason.Throttled, "429", TimeSpan.FromSeconds(120)));
        fixture.Start();
        await fixture.AddAsync("d1");
        var waiting = await fixture.UntilAsync("d1", DeliveryState.Retrying);
        Assert.Equal(fixture.Time.GetUtcNow().AddSeconds(120), waiting.NextAttemptAt);
        mail.Always(new DeliveryResult.Delivered());

        var delivery = await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 10);

        Assert.True(delivery.Attempts[1].StartedAt >= waiting.NextAttemptAt);
        Assert.Equal(2, mail.Sent.Count);
        Assert.All(mail.Sent, message => Assert.Equal(("d1", waiting.CreatedAt), (message.Id, message.CreatedAt)));
    }

    [Fact]
    public async Task Deliver_ServerDownForAMinute_ArrivesWithinAMinuteOfItsReturn()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        mail.Always(Unreachable);
        fixture.Start();
        for (var i = 0; i < 30; i++)
            await fixture.AddAsync($"d{i}");
        var back = fixture.Time.GetUtcNow().AddSeconds(60);
        await fixture.UntilAsync(() => Task.FromResult(fixture.Time.GetUtcNow() >= back), "a minute", secondsPerStep: 1);
        mail.Always(new DeliveryResult.Delivered());
        var sending = new DeliveryQuery { Limit = 30, State = DeliveryState.Sending };
        await fixture.UntilAsync(
            async () => (await fixture.Store.Deliveries.ListAsync(sending, DeliveryFixture.Token)).Count == 0,
            "the end of what was sent before"
        );

        // Whatever waits has its turn when the minute is over; the clock stands until all have gone.
        fixture.Time.Advance(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 30; i++)
        {
            var delivery = await fixture.UntilAsync($"d{i}", DeliveryState.Delivered);
            Assert.InRange(delivery.Attempts[^1].StartedAt, back, back.AddSeconds(60));
        }
    }

    [Fact]
    public async Task Deliver_ScheduleUsedUp_IsDeadWithTheLastReasonAndReplays()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        mail.Always(Bad);
        fixture.Start();
        await fixture.AddAsync("d1");

        var dead = await fixture.UntilAsync("d1", DeliveryState.Dead, secondsPerStep: 600);
        Assert.Equal((7, DeliveryReason.ServerError), (dead.Attempts.Count, dead.Reason));

        mail.Always(new DeliveryResult.Delivered());
        Assert.Equal(["d1"], (await fixture.Ledger.ReplayAsync([], new DeliveryQuery { Limit = 0 }, null, DeliveryFixture.Token)).Replayed);
        var delivered = await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 1);
        Assert.True(delivered.Replayed);
        Assert.True(mail.Sent.Last().Replay);
        Assert.All(mail.Sent, message => Assert.Equal("d1", message.Id));
    }

    [Fact]
    public async Task Deliver_BreakerOpen_UsesNoAttemptsAndProbesWithOne()
    {
        await using var fixture = await DeliveryFixture.CreateAsync(new ChannelLimits { Schedule = RetrySchedule.Mail, Concurrency = 10 });
        var mail = fixture.Channel();
        mail.Always(Bad);
        for (var i = 0; i < 10; i++)
            await fixture.AddAsync($"d{i}");
        fixture.Start();
        for (var i = 0; i < 10; i++)
            await fixture.UntilAsync($"d{i}", DeliveryState.Retrying);
        Assert.Equal(10, mail.Sent.Count);
        for (var i = 10; i < 40; i++)
            await fixture.AddAsync($"d{i}");

        var opened = fixture.Time.GetUtcNow();
        await fixture.UntilAsync(() => Task.FromResult(fixture.Time.GetUtcNow() >= opened.AddSeconds(29)), "29 seconds", secondsPerStep: 1);
        Assert.Equal(10, mail.Sent.Count);
        Assert.Equal(DeliveryState.Pending, (await fixture.GetAsync("d39")).State);

        await fixture.UntilAsync(() => Task.FromResult(mail.Sent.Count > 10), "the probe", secondsPerStep: 1);
        await fixture.UntilAsync(
            () => Task.FromResult(fixture.Time.GetUtcNow() >= opened.AddSeconds(85)),
            "the second wait",
            secondsPerStep: 1
        );
        Assert.Equal(11, mail.Sent.Count);

        mail.Always(new DeliveryResult.Delivered());
        for (var i = 0; i < 40; i++)
            await fixture.UntilAsync($"d{i}", DeliveryState.Delivered, secondsPerStep: 1);
    }

    [Fact]
    public async Task Deliver_NotifierThrows_RetriesAsOurBug()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        mail.Answer = (_, _) => throw new InvalidOperationException("a bug");
        fixture.Start();
        await fixture.AddAsync("d1");

        var waiting = await fixture.UntilAsync("d1", DeliveryState.Retrying);

        Assert.Equal((DeliveryReason.InternalError, nameof(InvalidOperationException)), (waiting.Reason, waiting.Attempts[0].Detail));
        mail.Always(new DeliveryResult.Delivered());
        await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 5);
    }

    [Fact]
    public async Task Deliver_UndecodableEvent_IsSentInPlainWordsAndMarked()
    {
        await using var fixture = await DeliveryFixture.CreateAsync();
        var mail = fixture.Channel();
        fixture.Start();
        await fixture.AddAsync("d1", eventBytes: [0xFF, 0xFF, 0xFF]);

        var delivery = await fixture.UntilAsync("d1", DeliveryState.Delivered);

        var message = Assert.Single(mail.Sent);
        Assert.Equal(BodyFormat.Text, message.Format);
        Assert.Contains("could not be rendered", message.Body, StringComparison.Ordinal);
        Assert.Contains("rendering failed", delivery.Attempts[0].Detail, StringComparison.Ordinal);
    }
}
