using System.Text.Json;
using Transponder.Client;
using Transponder.Tests.Notifiers.Channels.PagerDuty;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>
/// Failing, failing again and succeeding of one launch plan is one incident at PagerDuty that opens, grows and ends, though nobody subscribed to the
/// success, and though servers are killed in between.
/// </summary>
[Trait("needs", "servers")]
public sealed class IncidentsOpenAndEnd(PostgresCluster cluster)
{
    private const string Incident = "flytesnacks/development/nightly";

    [Fact]
    public async Task OverSqlite_WithARestart()
    {
        await using var pager = await PagerDutyServer.StartAsync();
        using var folder = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(Config(pager, folder) + "\ndelivery: { leaseDuration: 2s }");
        using (var client = server.Connect())
            await FailTwiceAsync(client, client, pager);

        await server.KillAndRestartAsync();

        using var after = server.Connect();
        await SucceedAsync(after, pager);
    }

    [Fact]
    public async Task OverPostgres_WithTwoReplicas()
    {
        await using var pager = await PagerDutyServer.StartAsync();
        using var folder = new TempDirectory();
        var database = await cluster.CreateDatabaseAsync();
        // Were it shorter than the machine stands still, the other one would send again what the first one has sent.
        var config = Config(pager, folder) + "\ndelivery: { leaseDuration: 8s }";
        await using var killed = await ServerProcess.StartAsync(config, database);
        await using var other = await ScenarioServer.StartAsync(config, database);
        using (var client = killed.Connect())
            await FailTwiceAsync(client, other.Client, pager);

        await killed.KillAsync();

        await SucceedAsync(other.Client, pager);
    }

    [Fact]
    public async Task AResolve_WaitsForItsTrigger()
    {
        await using var pager = await PagerDutyServer.StartAsync();
        using var folder = new TempDirectory();
        pager.Trouble = request => request.Json.GetProperty("event_action").GetString() == "trigger" ? ReceiverAnswer.Of(500) : null;
        await using var server = await ScenarioServer.StartAsync(Config(pager, folder));
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Failed], "pager"));
        await Platform.PlayAsync(server.Client.Admin, "run1", WorkflowPhase.Failed);
        await pager.ContactedAsync();
        await Platform.PlayAsync(server.Client.Admin, "run2", WorkflowPhase.Succeeded);
        await Eventually.TrueAsync(
            async () => (await Platform.DeliveriesAsync(server.Client, "run2")) is [{ Held: true }],
            "the resolve that waits"
        );

        pager.Trouble = null;

        await Eventually.TrueAsync(() => pager.Events.Count == 2, "trigger and resolve", TimeSpan.FromMinutes(4));
        Assert.Equal(["trigger", "resolve"], pager.Events.Select(Action));
        Assert.Empty(pager.Open);
    }

    private static async Task FailTwiceAsync(TransponderClient one, TransponderClient other, PagerDutyServer pager)
    {
        await Platform.RegisterAsync(one.Admin, Platform.Notify([WorkflowPhase.Failed, WorkflowPhase.TimedOut], "pager"));
        await Platform.PlayAsync(one.Admin, "run1", WorkflowPhase.Failed);
        await Eventually.TrueAsync(() => pager.Events.Count == 1, "the first trigger");
        await Platform.PlayAsync(other.Admin, "run2", WorkflowPhase.TimedOut);
        await Eventually.TrueAsync(() => pager.Events.Count == 2, "the second trigger");
        Assert.Equal([Incident], pager.Open);
    }

    private static async Task SucceedAsync(TransponderClient client, PagerDutyServer pager)
    {
        await Platform.PlayAsync(client.Admin, "run3", WorkflowPhase.Succeeded);
        await Eventually.TrueAsync(() => pager.Open.Count == 0, "the end of the incident", TimeSpan.FromMinutes(2));
        Assert.Equal("resolve", Action(pager.Events[^1]));

        var explained = await client.Deliveries.ExplainExecutionAsync(new() { Id = Platform.Execution("run3") }, ScenarioServer.Token);
        var resolve = Assert.Single(explained.Unasked);
        Assert.StartsWith(
            $"resolves the incident of {Incident} that execution flytesnacks/development/run1 opened: ",
            resolve.Summary,
            StringComparison.Ordinal
        );
        Assert.True(resolve.Delivery.Unasked);
        Assert.Equal((Incident, DeliveryIncident.Types.Action.Resolve), (resolve.Delivery.Incident.Key, resolve.Delivery.Incident.Action));

        await Platform.PlayAsync(client.Admin, "run4", WorkflowPhase.Succeeded);
        Assert.Empty(await Platform.DeliveriesAsync(client, "run4"));
    }

    private static string Config(PagerDutyServer pager, TempDirectory folder) =>
        $$"""
            notifications: { type: embedded }
            channels:
              pager: { type: pagerduty, routingKey: { file: {{folder.Write(
                "routing-key",
                PagerDutyServer.Key
            )}} }, eventsUrl: {{pager.EventsUrl}}, timeout: 30s }
            outbound: { allow: [ 127.0.0.0/8 ] }
            """;

    private static string? Action(JsonElement e) => e.GetProperty("event_action").GetString();
}
