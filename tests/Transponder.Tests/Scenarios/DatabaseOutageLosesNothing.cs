using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>While the database is down events are refused as UNAVAILABLE, which propeller repeats; once it is back all goes on, and nothing is missing.</summary>
[Trait("needs", "servers")]
public sealed class DatabaseOutageLosesNothing
{
    [Fact]
    public async Task NeitherEventsNorNotifications()
    {
        await using var postgres = await PostgresServer.StartAsync(fsync: true);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(
            ScenarioConfig.Webhooks(("hook", receiver.Url)),
            await postgres.CreateDatabaseAsync()
        );
        var admin = server.Client.Admin;
        await Platform.RegisterAsync(admin, Platform.Notify([WorkflowPhase.Failed], "hook"));
        await Platform.RunAsync(admin, "run");
        await Platform.SendAsync(admin, Platform.NodeEvent("run", NodePhase.Running));

        await postgres.KillAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(() => Platform.SendAsync(admin, Platform.Event("run", WorkflowPhase.Failed)));
        Assert.Equal(StatusCode.Unavailable, refused.Code);
        await postgres.StartAsync();

        await Eventually.TrueAsync(() => IsAcceptedAsync(server), "the repeated event's acceptance", TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(
            async () => (await Platform.DeliveriesAsync(server.Client, "run")) is [{ State: Delivery.Types.State.Delivered }],
            "the delivery after the outage",
            TimeSpan.FromMinutes(2)
        );
        Assert.Single(receiver.Received);
        var again = await Assert.ThrowsAsync<RpcException>(() => Platform.SendAsync(admin, Platform.NodeEvent("run", NodePhase.Running)));
        Assert.Equal(StatusCode.AlreadyExists, again.Code);
    }

    private static async Task<bool> IsAcceptedAsync(ScenarioServer server)
    {
        try
        {
            await Platform.SendAsync(server.Client.Admin, Platform.Event("run", WorkflowPhase.Failed));
            return true;
        }
        catch (RpcException answer) when (answer.Code is StatusCode.Unavailable or StatusCode.AlreadyExists)
        {
            return answer.Code == StatusCode.AlreadyExists;
        }
    }
}
