using System.Text.Json;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A thousand executions of all shapes, played by the program itself: all is accepted, everybody is told, and each telling can be explained.</summary>
[Trait("needs", "servers")]
public sealed class PlayIsDeliveredWhole(PostgresCluster cluster)
{
    private const int Executions = 1000;
    private const int Sample = 25;

    [Fact]
    public Task OverSqlite() => PlayAsync(postgres: null);

    [Fact]
    public async Task OverPostgres() => await PlayAsync(await cluster.CreateDatabaseAsync());

    private static async Task PlayAsync(string? postgres)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(ScenarioConfig.Webhooks(("hook", receiver.Url)), postgres);
        var options =
            $"--executions {Executions} --notify hook --seed 7 --shape mixed --failures 0.1 --aborts 0.05 --retries 0.02 --concurrency 128";
        await using var play = ServerProcess.Run(["play", .. options.Split(' '), "--server", $"{server.Grpc}", "-o", "json"]);

        Assert.True(await play.ExitAsync(TimeSpan.FromMinutes(5)) == 0, play.Output);

        using var summary = JsonDocument.Parse(string.Join('\n', play.Lines.SkipWhile(line => line != "{")));
        var outcomes = summary.RootElement.GetProperty("outcomes");
        Assert.Equal(Executions, summary.RootElement.GetProperty("executions").GetInt32());
        Assert.True(summary.RootElement.GetProperty("all_accepted").GetBoolean());
        Assert.InRange(outcomes.GetProperty("failed").GetInt32(), 50, 150);
        Assert.InRange(outcomes.GetProperty("aborted").GetInt32(), 20, 90);

        // Every sixth execution starts a child of a launch plan that notifies too.
        var expected = Executions + (Executions / 6);
        await Eventually.TrueAsync(() => Told(receiver) >= expected, $"{expected} webhook calls", TimeSpan.FromMinutes(2));
        Assert.Equal(expected, Told(receiver));
        await ExplainAsync(server);
    }

    private static int Told(WebhookReceiver receiver) => receiver.Received.Select(call => call.Header("webhook-id")).Distinct().Count();

    private static async Task ExplainAsync(ScenarioServer server)
    {
        for (var number = 1; number <= Executions; number += Executions / Sample)
        {
            var id = Platform.Execution($"play-7-{number}");
            var answer = await server.Client.Deliveries.ExplainExecutionAsync(new() { Id = id }, ScenarioServer.Token);
            Assert.Contains(answer.Phase, new[] { WorkflowPhase.Succeeded, WorkflowPhase.Failed, WorkflowPhase.Aborted });
            var notification = Assert.Single(answer.Notifications);
            Assert.True(notification.Matched);
            var delivery = Assert.Single(Assert.Single(notification.Addresses).Deliveries).Delivery;
            Assert.Equal(answer.Phase, delivery.Phase);
            // Arrived it has; the record of it comes after.
            await Eventually.PassesAsync(async () =>
                Assert.Equal(
                    Delivery.Types.State.Delivered,
                    (await server.Client.Deliveries.GetDeliveryAsync(new() { Id = delivery.Id })).State
                )
            );
        }
    }
}
