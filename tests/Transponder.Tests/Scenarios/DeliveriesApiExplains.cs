using System.Net.Http.Json;
using System.Text.Json;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Whoever asks what became of a notification is told, by gRPC and REST alike: where it came from, every attempt, and why; and can send it again.</summary>
[Trait("needs", "servers")]
public sealed class DeliveriesApiExplains
{
    private const string Secret = "T0PS3CRET";

    [Fact]
    public async Task ListsByEveryFilter()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await StartAsync(receiver);
        var deliveries = server.Client.Deliveries;

        async Task<IEnumerable<string>> FindAsync(ListDeliveriesRequest request) =>
            (await deliveries.ListDeliveriesAsync(request, ScenarioServer.Token)).Deliveries.Select(one =>
                $"{one.Execution.Name} {one.Channel}"
            );

        Assert.Equal(["good hook", "bad gone", "bad hook"], await FindAsync(new()));
        Assert.Equal(["good hook"], await FindAsync(new() { Name = "good" }));
        Assert.Equal(["bad gone"], await FindAsync(new() { Channel = "gone" }));
        Assert.Equal(["bad gone"], await FindAsync(new() { State = Delivery.Types.State.Dead }));
        Assert.Equal(
            3,
            (
                await FindAsync(
                    new()
                    {
                        Project = Platform.Project,
                        Domain = Platform.Domain,
                        Until = Platform.Now(),
                    }
                )
            ).Count()
        );
        Assert.Empty(await FindAsync(new() { Project = "other" }));
        Assert.Empty(await FindAsync(new() { Since = Platform.Now() }));
        var first = await deliveries.ListDeliveriesAsync(new() { Limit = 2 }, ScenarioServer.Token);
        Assert.Equal(["bad hook"], await FindAsync(new() { Limit = 2, Token = first.Token }));
    }

    [Fact]
    public async Task TellsEveryAttemptAndNoSecret()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await StartAsync(receiver);
        var dead = (await Platform.DeliveriesAsync(server.Client, "bad")).Single(one => one.Channel == "gone");

        var delivery = await server.Client.Deliveries.GetDeliveryAsync(new() { Id = dead.Id }, ScenarioServer.Token);

        var attempt = Assert.Single(delivery.Attempts);
        Assert.Equal((V1.DeliveryAttempt.Types.Outcome.Rejected, "message_rejected"), (attempt.Outcome, attempt.Reason));
        Assert.Contains("no such thing", attempt.Detail, StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = server.Http };
        foreach (
            var path in (string[])
                [$"deliveries/{dead.Id}", "deliveries", $"executions/{Platform.Project}/{Platform.Domain}/bad/deliveries/explain"]
        )
        {
            var text = await http.GetStringAsync($"api/v1/{path}", ScenarioServer.Token);
            Assert.Contains(dead.Id, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ExplainsWhatAppliedAndWhatDidNot()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await StartAsync(receiver);

        var explained = await server.Client.Deliveries.ExplainExecutionAsync(
            new() { Id = Platform.Execution("bad") },
            ScenarioServer.Token
        );

        Assert.Equal(ExplainExecutionResponse.Types.Source.LaunchPlan, explained.Source);
        Assert.Equal("2 notifications from its launch plan", explained.Summary);
        Assert.Equal([true, false], explained.Notifications.Select(notification => notification.Matched));
        Assert.Equal("phase FAILED is not in [SUCCEEDED]", explained.Notifications[1].Reason);
        var team = explained.Notifications[0].Addresses.Single();
        Assert.Equal(("team@example.com", "recipients maps it to hook, gone"), (team.Address, team.Resolution));
        Assert.Contains("was accepted", team.Deliveries[0].Summary, StringComparison.Ordinal);
        Assert.Contains("is given up after 1 attempt", team.Deliveries[1].Summary, StringComparison.Ordinal);

        using var http = new HttpClient { BaseAddress = server.Http };
        var path = $"api/v1/executions/{Platform.Project}/{Platform.Domain}/bad/deliveries/explain";
        Assert.Equal(explained, ExplainExecutionResponse.Parser.ParseJson(await http.GetStringAsync(path, ScenarioServer.Token)));
    }

    [Fact]
    public async Task SendsOneOrManyAgain()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await StartAsync(receiver);
        var dead = (await Platform.DeliveriesAsync(server.Client, "bad")).Single(one => one.Channel == "gone");
        var sent = receiver.Received.Count;
        using var http = new HttpClient { BaseAddress = server.Http };

        receiver.Answer = _ => new ReceiverAnswer();
        var many = await http.PostAsJsonAsync(
            "api/v1/deliveries/replay",
            new { filter = new { project = Platform.Project } },
            ScenarioServer.Token
        );

        var replayed = JsonElement.Parse(await many.Content.ReadAsByteArrayAsync(ScenarioServer.Token)).GetProperty("replayed");
        Assert.Equal(dead.Id, Assert.Single(replayed.EnumerateArray()).GetString());
        await receiver.ReceivedAsync(sent + 1);
        await DeliveredAsync(server, dead.Id);
        await http.PostAsJsonAsync($"api/v1/deliveries/{dead.Id}/replay", new { }, ScenarioServer.Token);
        await receiver.ReceivedAsync(sent + 2);
        await DeliveredAsync(server, dead.Id);
        Assert.Equal(dead.Id, receiver.Received[^1].Json.GetProperty("id").GetString());
        var unknown = await Assert.ThrowsAsync<RpcException>(() =>
            server.Client.Deliveries.ReplayDeliveryAsync(new() { Id = "dlv_none" }, ScenarioServer.Token)
        );
        Assert.Equal(StatusCode.NotFound, unknown.Code);
    }

    /// <summary>A launch plan whose failures reach two channels, one of which refuses; one execution that failed and then one that succeeded.</summary>
    private static async Task<ScenarioServer> StartAsync(WebhookReceiver receiver)
    {
        receiver.Answer = request =>
            request.Path.Contains(Secret, StringComparison.Ordinal) ? ReceiverAnswer.Of(400, "no such thing") : new ReceiverAnswer();
        var server = await ScenarioServer.StartAsync(
            ScenarioConfig.Webhooks(("hook", receiver.Url), ("gone", $"{receiver.Url}/{Secret}"))
                + "recipients: { team@example.com: [ hook, gone ] }"
        );
        await Platform.RegisterAsync(
            server.Client.Admin,
            Platform.Notify([WorkflowPhase.Failed], "team@example.com"),
            Platform.Notify([WorkflowPhase.Succeeded], "hook")
        );
        await Platform.PlayAsync(server.Client.Admin, "bad", WorkflowPhase.Failed);
        await EndedAsync(server, "bad", 2);
        await Platform.PlayAsync(server.Client.Admin, "good", WorkflowPhase.Succeeded);
        await EndedAsync(server, "good", 1);
        return server;
    }

    private static Task EndedAsync(ScenarioServer server, string name, int count) =>
        Eventually.TrueAsync(
            async () =>
                (await Platform.DeliveriesAsync(server.Client, name)).Count(one =>
                    one.State is Delivery.Types.State.Delivered or Delivery.Types.State.Dead
                ) == count,
            $"the end of all deliveries of {name}"
        );

    private static Task DeliveredAsync(ScenarioServer server, string id) =>
        Eventually.TrueAsync(
            async () =>
                (await server.Client.Deliveries.GetDeliveryAsync(new() { Id = id }, ScenarioServer.Token)).State
                == Delivery.Types.State.Delivered,
            "the replayed delivery"
        );
}
