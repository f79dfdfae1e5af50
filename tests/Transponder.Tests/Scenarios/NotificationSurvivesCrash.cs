using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>kill -9 between the event's OK and its notification costs nothing: the next process delivers it, once.</summary>
[Trait("needs", "servers")]
public sealed class NotificationSurvivesCrash(PostgresCluster cluster)
{
    [Fact]
    public Task OverSqlite() => CrashAsync(postgres: null);

    [Fact]
    public async Task OverPostgres() => await CrashAsync(await cluster.CreateDatabaseAsync());

    private static async Task CrashAsync(string? postgres)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var outage = TcpFaultProxy.Start(receiver.Port, Fault.Refuse);
        var url = new UriBuilder(receiver.Url) { Port = outage.Port }.Uri.ToString();
        await using var server = await ServerProcess.StartAsync(
            ScenarioConfig.Webhooks(("hook", url)) + "delivery: { leaseDuration: 2s }",
            postgres
        );
        using (var client = server.Connect())
        {
            await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Failed], "hook"));
            await Platform.RunAsync(client.Admin, "run");
            await Platform.SendAsync(client.Admin, Platform.NodeEvent("run", NodePhase.Running));
            await Platform.SendAsync(client.Admin, Platform.Event("run", WorkflowPhase.Failed, "boom"));
        }

        await server.KillAndRestartAsync();
        outage.Set(Fault.None);

        using var after = server.Connect();
        await Eventually.TrueAsync(
            async () => (await Platform.DeliveriesAsync(after, "run")) is [{ State: Delivery.Types.State.Delivered }],
            "the delivery after the crash",
            TimeSpan.FromMinutes(2)
        );
        Assert.Equal(
            "boom",
            Assert.Single(receiver.Received).Json.GetProperty("execution").GetProperty("error").GetProperty("message").GetString()
        );
        await AssertIntactAsync(after.Admin);
    }

    private static async Task AssertIntactAsync(AdminClient admin)
    {
        var execution = await Platform.GetAsync(admin, "run");
        Assert.Equal(WorkflowPhase.Failed, execution.Closure.Phase);
        Assert.Equal("boom", execution.Closure.Error.Message);
        var again = await Assert.ThrowsAsync<RpcException>(() => Platform.SendAsync(admin, Platform.NodeEvent("run", NodePhase.Running)));
        Assert.Equal(StatusCode.AlreadyExists, again.Code);
    }
}
