using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>
/// A sink that takes offence at every event does not fill the quarantine: it is stopped, and the operator sees why, corrects it, or says that it is right.
/// </summary>
[Trait("needs", "servers")]
public sealed class SinkThatRefusesAllIsStopped
{
    private const int Limit = 2;
    private const int Executions = 4;

    [Fact]
    public async Task ItGoesOn_WhenItTakesOne()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => ReceiverAnswer.Of(422, "no such schema");
        await using var server = await ServerProcess.StartAsync(Yaml(receiver, Limit));
        await PlayAsync(server);

        await AssertStoppedAsync(server);
        receiver.Answer = _ => ReceiverAnswer.Of(204);

        await AssertRunningAsync(server, Limit);
        await AssertMetricAsync(server, "transponder_egress_refusing{sink=\"strict\"} 0");
    }

    [Fact]
    public async Task TheOperatorSaysThatItIsRight_AllGoIntoQuarantine()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => ReceiverAnswer.Of(422, "no such schema");
        await using var server = await ServerProcess.StartAsync(Yaml(receiver, Limit));
        await PlayAsync(server);

        await AssertStoppedAsync(server);
        server.Rewrite(Yaml(receiver, 0));

        await AssertRunningAsync(server, 2 * Executions);
    }

    private static string Yaml(WebhookReceiver receiver, int limit) =>
        $$"""
            outbound: { allow: [ 127.0.0.0/8 ], allowHttp: true }
            sinks:
              strict:
                type: http
                mode: structured
                http: { url: '{{receiver.Url}}' }
                eventsPublisher: { eventTypes: workflow }
                quarantineLimit: {{limit}}

            """;

    private static async Task PlayAsync(ServerProcess server)
    {
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin);
        for (var i = 0; i < Executions; i++)
            await Platform.PlayAsync(client.Admin, $"run-{i}", WorkflowPhase.Succeeded);
    }

    private static async Task AssertStoppedAsync(ServerProcess server)
    {
        const string Why =
            "2 messages in a row were refused for what they are, so none goes into quarantine until one is taken; the last: ";
        await AssertMetricAsync(server, "transponder_egress_refusing{sink=\"strict\"} 1");
        await AssertMetricAsync(server, "transponder_egress_waiting{sink=\"strict\"} 1");
        await AssertListedAsync(server, $@"^strict +http +waiting +\d+ +\d+ s +0 +{Limit}  \S");
        Assert.Contains(
            await RunAsync(server, 1, "sinks", "show", "strict"),
            line => line.StartsWith($"Last error   {Why}", StringComparison.Ordinal)
        );
        Assert.Contains(await RunAsync(server, 1, "doctor"), line => line.Contains($"sink strict: http: {Why}", StringComparison.Ordinal));
    }

    private static Task AssertRunningAsync(ServerProcess server, int quarantined) =>
        AssertListedAsync(server, $@"^strict +http +running +0 +0 +{quarantined}  \S");

    private static Task AssertListedAsync(ServerProcess server, string line) =>
        Eventually.PassesAsync(async () => Assert.Matches(line, (await RunAsync(server, 0, "sinks", "list"))[1]));

    private static async Task AssertMetricAsync(ServerProcess server, string line)
    {
        using var http = new HttpClient { BaseAddress = server.Http };
        await Eventually.PassesAsync(async () =>
            Assert.Contains($"\n{line}\n", await http.GetStringAsync("metrics", ScenarioServer.Token), StringComparison.Ordinal)
        );
    }

    private static async Task<IReadOnlyList<string>> RunAsync(ServerProcess server, int code, params string[] arguments)
    {
        await using var process = ServerProcess.Run([.. arguments, "--server", $"{server.Grpc}"]);
        Assert.True(await process.ExitAsync() == code, $"transponder {string.Join(' ', arguments)}\n{process.Output}");
        return [.. process.Lines.Where(line => line.Length > 0)];
    }
}
