using Transponder.Tests.Notifiers.Channels.Slack;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>An execution has one thread in Slack, also when the server is killed between its messages; and a Slack channel that is gone parks only itself.</summary>
[Trait("needs", "servers")]
public sealed class ThreadsSurviveCrash(PostgresCluster cluster)
{
    [Fact]
    public Task OverSqlite() => CrashAsync(postgres: null);

    [Fact]
    public async Task OverPostgres() => await CrashAsync(await cluster.CreateDatabaseAsync());

    private static async Task CrashAsync(string? postgres)
    {
        await using var slack = await SlackServer.StartAsync();
        using var folder = new TempDirectory();
        slack.Trouble = _ => slack.Posted.Count == 0 ? null : ReceiverAnswer.Of(503);
        await using var server = await ServerProcess.StartAsync(Config(slack, folder), postgres);
        using (var client = server.Connect())
        {
            await Platform.RegisterAsync(
                client.Admin,
                Platform.Notify([WorkflowPhase.Failed], "chat:#alerts"),
                Platform.Notify([WorkflowPhase.Failed], "chat:#alerts"),
                Platform.Notify([WorkflowPhase.Failed], "chat:#gone")
            );
            await Platform.PlayAsync(client.Admin, "run", WorkflowPhase.Failed);
            await Eventually.TrueAsync(
                async () =>
                    (await Platform.DeliveriesAsync(client, "run")).Where(one => one.Destination != "chat:#gone").Select(one => one.State)
                        is var states
                    && states.Contains(Delivery.Types.State.Delivered)
                    && states.Contains(Delivery.Types.State.Retrying),
                "the first message, and an attempt at the second one"
            );
        }

        await server.KillAndRestartAsync();
        slack.Trouble = null;

        using var after = server.Connect();
        await Eventually.TrueAsync(
            async () =>
                (await Platform.DeliveriesAsync(after, "run")).Count(one => one.State == Delivery.Types.State.Delivered) == 2
                && (await Platform.DeliveriesAsync(after, "run")).Count(one => one.State == Delivery.Types.State.Parked) == 1,
            "both messages",
            TimeSpan.FromMinutes(4)
        );
        Assert.Equal([null, slack.Posted[0].Ts], slack.Posted.Select(message => message.Thread));
        var deliveries = await Platform.DeliveriesAsync(after, "run");
        Assert.All(
            deliveries.Where(one => one.State == Delivery.Types.State.Delivered),
            one => Assert.Contains(slack.Posted[0].Ts, one.Thread, StringComparison.Ordinal)
        );
        Assert.Equal("chat:#gone", deliveries.Single(one => one.State == Delivery.Types.State.Parked).Destination);
    }

    private static string Config(SlackServer slack, TempDirectory folder) =>
        $$"""
            notifications: { type: embedded }
            channels:
              chat: { type: slack, botToken: { file: {{folder.Write(
                "token",
                SlackServer.Token
            )}} }, apiUrl: {{slack.ApiUrl}}, timeout: 30s }
            outbound: { allow: [ 127.0.0.0/8 ] }
            delivery: { leaseDuration: 2s }
            """;
}
