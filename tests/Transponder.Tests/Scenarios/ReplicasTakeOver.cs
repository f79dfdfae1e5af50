using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Two servers over one PostgreSQL: when one is killed with a notification in hand, the other one delivers it.</summary>
[Trait("needs", "servers")]
public sealed class ReplicasTakeOver(PostgresCluster cluster)
{
    [Fact]
    public async Task WhatAKilledOneLeft()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var outage = TcpFaultProxy.Start(receiver.Port, Fault.Refuse);
        var url = new UriBuilder(receiver.Url) { Port = outage.Port }.Uri.ToString();
        var yaml = ScenarioConfig.Webhooks(("hook", url)) + "delivery: { leaseDuration: 8s }";
        var database = await cluster.CreateDatabaseAsync();
        await using var killed = await ServerProcess.StartAsync(yaml, database);
        using (var client = killed.Connect())
        {
            await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Failed], "hook"));
            await Platform.PlayAsync(client.Admin, "run", WorkflowPhase.Failed);
            await Eventually.TrueAsync(
                async () => (await Platform.DeliveriesAsync(client, "run")) is [{ State: Delivery.Types.State.Retrying }],
                "an attempt by the first server"
            );
        }
        await using var other = await ScenarioServer.StartAsync(yaml, database);

        await killed.KillAsync();
        outage.Set(Fault.None);

        await Eventually.TrueAsync(
            async () => (await Platform.DeliveriesAsync(other.Client, "run")) is [{ State: Delivery.Types.State.Delivered }],
            "the delivery by the other server",
            TimeSpan.FromMinutes(2)
        );
        Assert.Single(receiver.Received);
    }
}
