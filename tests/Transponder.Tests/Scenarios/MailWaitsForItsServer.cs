using Transponder.Core.Delivery;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A mail server that is down costs time, and only its own mail's: nothing is lost, doubled, or held up beside it.</summary>
[Trait("needs", "servers")]
public sealed class MailWaitsForItsServer
{
    [Fact]
    public async Task AndArrivesOnceAfterItsReturn()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var mail = await AiosmtpdServer.StartAsync();
        await using var outage = TcpFaultProxy.Start(mail.Port, Fault.Refuse);
        await using var server = await ScenarioServer.StartAsync(
            ScenarioConfig.Mail(outage.Port) + ScenarioConfig.Channels(("hook", receiver.Url))
        );
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Failed], "a@example.com", "hook"));

        await Platform.PlayAsync(server.Client.Admin, "run", WorkflowPhase.Failed);

        await receiver.ReceivedAsync(1);
        await Eventually.TrueAsync(
            async () => await MailAsync(server) is { Attempts.Count: >= 2, State: Delivery.Types.State.Retrying },
            "two attempts at a mail server that is down"
        );
        outage.Set(Fault.None);
        await Eventually.TrueAsync(
            async () => (await MailAsync(server)).State == Delivery.Types.State.Delivered,
            "the mail after the server's return",
            TimeSpan.FromMinutes(2)
        );

        var attempts = (await MailAsync(server)).Attempts;
        Assert.All(attempts.SkipLast(1), attempt => Assert.Equal("connect_failed", attempt.Reason));
        Assert.Equal(V1.DeliveryAttempt.Types.Outcome.Delivered, attempts[^1].Outcome);
        Assert.Single(mail.Mails());
        Assert.Single(receiver.Received);
    }

    [Fact]
    public void AndIsNeverMoreThanAMinuteBehindIt() =>
        Assert.All(
            Enumerable.Range(0, 1000),
            earlier => Assert.InRange(RetrySchedule.WaitToConnect(earlier, 0), TimeSpan.Zero, TimeSpan.FromSeconds(60))
        );

    private static async Task<Delivery> MailAsync(ScenarioServer server) =>
        (await Platform.DeliveriesAsync(server.Client, "run")).Single(delivery => delivery.Channel == "email");
}
