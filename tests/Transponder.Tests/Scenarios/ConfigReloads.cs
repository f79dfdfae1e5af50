using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A changed configuration takes effect without a restart; one with a mistake changes nothing, and the server says so.</summary>
[Trait("needs", "servers")]
public sealed class ConfigReloads
{
    private const string Successful = "\ntransponder_config_last_reload_successful ";

    [Fact]
    public async Task AMistakeKeepsTheLastGoodOne_AndItsCorrectionMovesTheChannel()
    {
        await using var first = await WebhookReceiver.StartAsync();
        await using var second = await WebhookReceiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(ScenarioConfig.Webhooks(("hook", first.Url)));
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook"));
        await Platform.PlayAsync(client.Admin, "before", WorkflowPhase.Succeeded);
        await first.ReceivedAsync(1);
        await AssertMetricAsync(server, Successful + "1\n");

        server.Rewrite(ScenarioConfig.Webhooks(("hook", second.Url)).Replace("type: webhook", "type: webhok", StringComparison.Ordinal));

        Assert.Contains(
            "scenario.yaml:5: channels.hook.type: \"webhok\" is not a type",
            await server.LineAsync("Mistake in the configuration"),
            StringComparison.Ordinal
        );
        await AssertMetricAsync(server, Successful + "0\n");
        using (var http = new HttpClient { BaseAddress = server.Http })
            Assert.True((await http.GetAsync("healthcheck", ScenarioServer.Token)).IsSuccessStatusCode);
        await Platform.PlayAsync(client.Admin, "meanwhile", WorkflowPhase.Succeeded);
        await first.ReceivedAsync(2);

        server.Rewrite(ScenarioConfig.Webhooks(("hook", second.Url)));

        await server.LineAsync("changed and in force: channels");
        await AssertMetricAsync(server, Successful + "1\n");
        await Platform.PlayAsync(client.Admin, "after", WorkflowPhase.Succeeded);
        await second.ReceivedAsync(1);
        Assert.Equal(2, first.Received.Count);
    }

    [Fact]
    public async Task ANewChannelGetsWhatWaitedForIt_AndWhatNeedsARestartIsNamed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(
            "notifications: { type: embedded, strictAddresses: false }\noutbound: { allow: [ 127.0.0.0/8 ] }\n"
        );
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "later"));
        await Platform.PlayAsync(client.Admin, "run", WorkflowPhase.Succeeded);

        server.Rewrite(ScenarioConfig.Webhooks(("later", receiver.Url)) + "executions: { abortGrace: 5s }\n");

        await receiver.ReceivedAsync(1);
        Assert.Contains("executions", await server.LineAsync("need a restart"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SighupReadsTheFilesAgain()
    {
        await using var server = await ServerProcess.StartAsync("");

        server.HangUp();

        await server.LineAsync("changed and in force: nothing");
        await AssertMetricAsync(server, "\ntransponder_config_reloads_total{outcome=\"success\"} 1\n");
    }

    // The log says it first.
    private static async Task AssertMetricAsync(ServerProcess server, string line)
    {
        using var http = new HttpClient { BaseAddress = server.Http };
        await Eventually.PassesAsync(async () =>
            Assert.Contains(line, await http.GetStringAsync("metrics", ScenarioServer.Token), StringComparison.Ordinal)
        );
    }
}
