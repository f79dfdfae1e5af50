using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>With notifications.type absent nothing is sent, and what would have been is there to see.</summary>
[Trait("needs", "servers")]
public sealed class NotificationsOffAreRecorded
{
    [Fact]
    public async Task SuppressedWithTheReason()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(ScenarioConfig.Channels(("hook", receiver.Url)));
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Failed], "hook"));

        await Platform.PlayAsync(server.Client.Admin, "run", WorkflowPhase.Failed);

        var delivery = Assert.Single(await Platform.DeliveriesAsync(server.Client, "run"));
        Assert.Equal(Delivery.Types.State.Suppressed, delivery.State);
        Assert.Equal("notifications_off", delivery.Reason);
        Assert.Empty(delivery.Attempts);
        var explained = await server.Client.Deliveries.ExplainExecutionAsync(
            new() { Id = Platform.Execution("run") },
            ScenarioServer.Token
        );
        var summary = explained.Notifications.Single().Addresses.Single().Deliveries.Single().Summary;
        Assert.Contains("notifications are switched off", summary, StringComparison.Ordinal);
        Assert.Empty(receiver.Received);
    }

    [Fact]
    public async Task AndAReplaySendsItAfterAll()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(ScenarioConfig.Channels(("hook", receiver.Url)));
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Failed], "hook"));
        await Platform.PlayAsync(server.Client.Admin, "run", WorkflowPhase.Failed);
        var suppressed = Assert.Single(await Platform.DeliveriesAsync(server.Client, "run"));

        await server.Client.Deliveries.ReplayDeliveryAsync(new() { Id = suppressed.Id }, ScenarioServer.Token);

        await Eventually.TrueAsync(
            async () =>
                (await Platform.DeliveriesAsync(server.Client, "run")) is [{ State: Delivery.Types.State.Delivered, Replayed: true }],
            "the replayed delivery"
        );
        Assert.Equal(suppressed.Id, Assert.Single(receiver.Received).Json.GetProperty("id").GetString());
    }
}
