using Transponder.Tests.Rig;
using Transponder.Tests.Server.Plugins;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A channel that Transponder does not know is loaded by the configuration, and a failure reaches it.</summary>
public sealed class PluginsBringTheirOwnChannels
{
    [Fact]
    public async Task AFailureReachesTheSamplesTopic()
    {
        await using var ntfy = await WebhookReceiver.StartAsync();
        using var secrets = new TempDirectory();
        await using var server = await ScenarioServer.StartAsync(
            $$$"""
            notifications: { type: embedded }
            plugins: { directory: {{{PluginsTests.SampleDirectory}}}, assemblies: [ plugin-notifier.dll ] }
            channels:
              phones:
                type: ntfy
                title: '{{ name }} has {{ phase }}'
                options: { url: {{{ntfy.Url}}}, topic: ml, token: { file: {{{secrets.Write("token", "tk_secret")}}} } }
            outbound: { allow: [ 127.0.0.0/8 ] }
            """
        );
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Failed], "phones", "phones:deploys"));
        await Platform.RunAsync(server.Client.Admin, "run1");

        await Platform.SendAsync(server.Client.Admin, Platform.Event("run1", WorkflowPhase.Failed, "Boom"));

        var received = await ntfy.ReceivedAsync(2);
        Assert.Equal(["deploys", "ml"], received.Select(request => request.Json.GetProperty("topic").GetString()).Order());
        Assert.All(received, request => Assert.Equal("run1 has failed", request.Json.GetProperty("title").GetString()));
        Assert.All(received, request => Assert.Equal("Bearer tk_secret", request.Header("Authorization")));
    }
}
