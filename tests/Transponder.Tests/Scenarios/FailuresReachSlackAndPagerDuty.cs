using Transponder.Tests.Notifiers.Channels.PagerDuty;
using Transponder.Tests.Notifiers.Channels.Slack;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>An unchanged launch plan reaches Slack, as a bot and by webhook, and PagerDuty; what the event says acts nowhere.</summary>
public sealed class FailuresReachSlackAndPagerDuty
{
    private const string Hostile = "<!channel> *pay* <https://evil.example|here> {{ project }}";

    [Fact]
    public async Task EachInItsOwnForm()
    {
        await using var slack = await SlackServer.StartAsync();
        await using var pager = await PagerDutyServer.StartAsync();
        using var secrets = new TempDirectory();
        await using var server = await ScenarioServer.StartAsync(
            $$$"""
            notifications: { type: embedded }
            channels:
              ml-slack:
                type: slack
                botToken: { file: {{{secrets.Write("token", SlackServer.Token)}}} }
                apiUrl: {{{slack.ApiUrl}}}
                title: '{{ name }} has {{ phase }}'
                body: '*Why*: {{ error.message }} <{{ console_url }}|Look>'
              ops-hook: { type: slack, webhookUrl: { file: {{{secrets.Write("url", slack.WebhookUrl)}}} } }
              pager:
                type: pagerduty
                routingKey: { file: {{{secrets.Write("key", PagerDutyServer.Key)}}} }
                eventsUrl: {{{pager.EventsUrl}}}
                severity: { failed: critical }
            outbound: { allow: [ 127.0.0.0/8 ] }
            console: { url: 'https://flyte.example.com/{project}/{domain}/{name}' }
            """
        );
        await Platform.RegisterAsync(
            server.Client.Admin,
            Platform.Notify([WorkflowPhase.Failed], "ml-slack:#alerts", "ml-slack:C0OPS", "ops-hook", "pager")
        );
        await Platform.RunAsync(server.Client.Admin, "run1");

        await Platform.SendAsync(server.Client.Admin, Platform.Event("run1", WorkflowPhase.Failed, Hostile));

        await Eventually.TrueAsync(() => slack.Posted.Count == 3 && pager.Events.Count == 1, "three messages and an event");
        Assert.Equal(["C0ALERTS", "C0HOOK", "C0OPS"], slack.Posted.Select(posted => posted.Channel).Order());
        var alert = slack.Posted.First(posted => posted.Channel == "C0ALERTS");
        Assert.Equal("run1 has failed", alert.Title);
        Assert.StartsWith(
            "*Why*: &lt;!channel&gt; ∗pay∗ &lt;https://evil.example|here&gt; {{ project }} <https://flyte.example.com/flytesnacks/development/run1|Look>",
            alert.Body
        );
        var payload = pager.Events[0].GetProperty("payload");
        Assert.Equal("critical", payload.GetProperty("severity").GetString());
        Assert.Equal("flytesnacks/development/run1", payload.GetProperty("source").GetString());
        Assert.Equal(Hostile, payload.GetProperty("custom_details").GetProperty("error_message").GetString());
    }
}
