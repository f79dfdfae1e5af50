using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Console;
using Transponder.Notifiers.Channels.PagerDuty;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Channels;
using Transponder.Server.Configuration;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Channels;

public sealed class ChannelRegistrationTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly OutboundHttp _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Read_EveryKey_MakesChannelsThatAreLimitedAsTheirProviders()
    {
        var result = Load(
            """
            ml-slack: { type: slack, botToken: { file: SECRET }, apiUrl: 'https://slack.example.com/api', channel: '#ml', title: 'T {{ name }}', body: '*{{ name }}*' }
            ops-hook: { type: slack, webhookUrl: { file: URL } }
            pager: { type: pagerduty, routingKey: { file: SECRET }, eventsUrl: 'https://events.eu.pagerduty.com/v2/enqueue', dedup: execution, severity: { failed: critical, timed_out: info } }
            plain: { type: pagerduty, routingKey: { file: SECRET } }
            ml-teams: { type: teams, webhookUrl: { file: URL }, title: 'T {{ name }}', timeout: 5s }
            post: { type: sendgrid, apiKey: { file: SECRET }, from: 'Flyte <a@example.com>', replyTo: b@example.com, categories: [ x ], sandbox: true }
            everywhere: { type: apprise, url: 'https://a.example.com/x', key: { file: SECRET }, tags: 'ops, ml', authorization: { file: SECRET }, timeout: 5s }
            aws-mail: { type: ses, from: a@example.com, region: eu-west-1, configurationSet: flyte, accessKey: { file: SECRET }, secretKey: { file: SECRET }, timeout: 5s }
            log: { type: console, format: json, stream: stderr }
            ml-space: { type: googlechat, webhookUrl: { file: TOKEN }, threads: false, timeout: 5s }
            ml-discord: { type: discord, webhookUrl: { file: URL }, threadId: '112233445566778899', timeout: 5s }
            """
        );

        Assert.Empty(result.Problems);
        await using var channels = Create(result);
        var post = channels.Find("post")!;
        Assert.Equal(("sendgrid", BodyFormat.Html, RetrySchedule.Mail), (post.Notifier.Type, post.Format, post.Limits.Schedule));
        Assert.StartsWith("<p>", post.Body.Text);
        Assert.True(Assert.IsType<SendGridChannelOptions>(result.Options.Channels["post"]).SendGrid.Sandbox);
        var mail = channels.Find("aws-mail")!;
        Assert.Equal(("ses", BodyFormat.Html, RetrySchedule.Mail), (mail.Notifier.Type, mail.Format, mail.Limits.Schedule));
        Assert.Equal(TimeSpan.FromSeconds(5), mail.Notifier.Timeout);
        Assert.NotNull(mail.Notifier.CheckTarget("größe@example.com"));
        var everywhere = channels.Find("everywhere")!.Notifier;
        Assert.Equal(("apprise", TimeSpan.FromSeconds(5)), (everywhere.Type, everywhere.Timeout));
        Assert.Equal("ops, ml", Assert.IsType<AppriseChannelOptions>(result.Options.Channels["everywhere"]).Apprise.Tags);
        Assert.Equal(
            new ConsoleOptions { Json = true, ToStandardError = true },
            Assert.IsType<ConsoleChannelOptions>(result.Options.Channels["log"]).Console
        );
        var space = channels.Find("ml-space")!;
        Assert.Equal(("googlechat", 1.0, TimeSpan.FromSeconds(5)), (space.Notifier.Type, space.Limits.Rate, space.Notifier.Timeout));
        Assert.False(Assert.IsType<GoogleChatChannelOptions>(result.Options.Channels["ml-space"]).GoogleChat.Threads);
        Assert.NotNull(space.Notifier.CheckTarget("general"));
        var discord = channels.Find("ml-discord")!;
        Assert.Equal(("discord", 0.5, TimeSpan.FromSeconds(5)), (discord.Notifier.Type, discord.Limits.Rate, discord.Notifier.Timeout));
        var teams = channels.Find("ml-teams")!;
        Assert.Equal(("teams", "T {{ name }}", BodyFormat.Text), (teams.Notifier.Type, teams.Title.Text, teams.Format));
        Assert.Equal((2.0, TimeSpan.FromSeconds(5)), (teams.Limits.Rate, teams.Notifier.Timeout));
        var slack = channels.Find("ml-slack")!;
        Assert.Equal(("slack", true, BodyFormat.Mrkdwn), (slack.Notifier.Type, slack.Notifier.KeepsThreads, slack.Format));
        Assert.Equal(("T {{ name }}", "*{{ name }}*"), (slack.Title.Text, slack.Body.Text));
        Assert.Equal((1.0, RetrySchedule.Chat), (slack.Limits.Rate, slack.Limits.Schedule));
        Assert.Null(slack.Notifier.CheckTarget(null));
        Assert.Null(slack.Notifier.CheckTarget("#alerts"));
        Assert.False(channels.Find("ops-hook")!.Notifier.KeepsThreads);
        var pager = channels.Find("pager")!;
        Assert.Equal(
            ("pagerduty", true, IncidentScope.Execution),
            (pager.Notifier.Type, pager.Notifier.TracksIncidents, pager.IncidentScope)
        );
        Assert.Equal((2.0, RetrySchedule.Chat), (pager.Limits.Rate, pager.Limits.Schedule));
        Assert.Equal(IncidentScope.LaunchPlan, channels.Find("plain")!.IncidentScope);
        Assert.Equal(
            [KeyValuePair.Create("failed", PagerDutySeverity.Critical), KeyValuePair.Create("timed_out", PagerDutySeverity.Info)],
            Assert.IsType<PagerDutyChannelOptions>(result.Options.Channels["pager"]).PagerDuty.Severities
        );
    }

    [Theory]
    [InlineData("{ type: slack }", "channels.c.botToken")]
    [InlineData("{ type: slack, botToken: xoxb-in-the-open }", "channels.c.botToken")]
    [InlineData("{ type: slack, botToken: { file: SECRET }, webhookUrl: { file: URL } }", "channels.c.botToken")]
    [InlineData("{ type: slack, botToken: { file: SECRET }, apiUrl: slack.com }", "channels.c.apiUrl")]
    [InlineData("{ type: slack, botToken: { file: SECRET }, channel: ops }", "channels.c.channel")]
    [InlineData("{ type: slack, webhookUrl: { file: SECRET } }", "channels.c.webhookUrl")]
    [InlineData("{ type: slack, webhookUrl: { file: URL }, timeout: 5m }", "channels.c.timeout")]
    [InlineData("{ type: pagerduty }", "channels.c.routingKey")]
    [InlineData("{ type: pagerduty, routingKey: { file: SECRET }, dedup: workflow }", "channels.c.dedup")]
    [InlineData("{ type: pagerduty, routingKey: { file: SECRET }, severity: { failed: bad } }", "channels.c.severity.failed")]
    [InlineData("{ type: pagerduty, routingKey: { file: SECRET }, eventsUrl: nowhere }", "channels.c.eventsUrl")]
    [InlineData("{ type: teams }", "channels.c.webhookUrl")]
    [InlineData("{ type: teams, webhookUrl: 'https://in-the-open.example.com' }", "channels.c.webhookUrl")]
    [InlineData("{ type: teams, webhookUrl: { file: SECRET } }", "channels.c.webhookUrl")]
    [InlineData("{ type: teams, webhookUrl: { file: URL }, timeout: 5m }", "channels.c.timeout")]
    [InlineData("{ type: discord }", "channels.c.webhookUrl")]
    [InlineData("{ type: discord, webhookUrl: { file: URL }, threadId: general }", "channels.c.threadId")]
    [InlineData("{ type: googlechat }", "channels.c.webhookUrl")]
    [InlineData("{ type: googlechat, webhookUrl: { file: URL } }", "channels.c.webhookUrl")]
    [InlineData("{ type: sendgrid, from: a@example.com }", "channels.c.apiKey")]
    [InlineData("{ type: sendgrid, apiKey: { file: SECRET } }", "channels.c.from")]
    [InlineData("{ type: sendgrid, apiKey: { file: SECRET }, from: nobody }", "channels.c.from")]
    [InlineData("{ type: apprise }", "channels.c.url")]
    [InlineData("{ type: apprise, url: 'https://a.example.com', key: { file: SECRET }, urls: { file: URL } }", "channels.c.urls")]
    [InlineData("{ type: apprise, url: 'https://a.example.com', key: { file: SECRET }, tags: 'a;b' }", "channels.c.tags")]
    [InlineData("{ type: console, format: xml }", "channels.c.format")]
    [InlineData("{ type: console, stream: printer }", "channels.c.stream")]
    [InlineData("{ type: ses, region: eu-west-1 }", "channels.c.from")]
    [InlineData("{ type: ses, from: a@example.com }", "channels.c.region")]
    [InlineData("{ type: ses, from: a@example.com, region: 'eu west' }", "channels.c.region")]
    [InlineData("{ type: ses, from: a@example.com, region: eu-west-1, accessKey: { file: SECRET } }", "channels.c.secretKey")]
    [InlineData("{ type: ses, from: a@example.com, region: eu-west-1, endpoint: nowhere }", "channels.c.endpoint")]
    [InlineData("{ type: pigeon }", "channels.c.type")]
    public void Read_Mistake_IsOneErrorWithItsKey(string channel, string key)
    {
        var problem = Assert.Single(Load("c: " + channel).Problems);

        Assert.Equal((true, key), (problem.IsError, problem.Key));
        Assert.DoesNotContain("in-the-open", problem.Text);
    }

    [Theory]
    [InlineData("{ type: slack, botToken: { file: ABSENT }, channel: '#x' }", "channels.c.botToken")]
    [InlineData("{ type: slack, webhookUrl: { file: ABSENT } }", "channels.c.webhookUrl")]
    [InlineData("{ type: pagerduty, routingKey: { file: ABSENT } }", "channels.c.routingKey")]
    [InlineData("{ type: slack, webhookUrl: { file: URL }, body: 'x {{ nmae }}' }", "channels.c.body")]
    [InlineData("{ type: pagerduty, routingKey: { file: SECRET }, title: 'x {{ nmae }}' }", "channels.c.title")]
    [InlineData("{ type: pagerduty, routingKey: { file: SECRET }, dedupe: execution }", "channels.c.dedupe")]
    public void Read_WhatCanWait_IsOneWarningWithItsKey(string channel, string key)
    {
        var result = Load("c: " + channel);

        var problem = Assert.Single(result.Problems);
        Assert.Equal((false, key), (problem.IsError, problem.Key));
        Assert.True(result.Options.Channels.ContainsKey("c"));
    }

    [Theory]
    [InlineData("ml-slack:#alerts", true)]
    [InlineData("ml-slack:C0123456", true)]
    [InlineData("ml-slack", false)]
    [InlineData("ml-slack:alerts", false)]
    [InlineData("ops-hook", true)]
    [InlineData("ops-hook:#alerts", false)]
    [InlineData("ml-teams", true)]
    [InlineData("ml-teams:General", false)]
    [InlineData("ml-discord:112233445566778899", true)]
    [InlineData("ml-discord:general", false)]
    [InlineData("post:ada@example.com", true)]
    [InlineData("post", false)]
    [InlineData("everywhere:devops", true)]
    [InlineData("everywhere", true)]
    [InlineData("everywhere:dev;ops", false)]
    [InlineData("log", true)]
    [InlineData("log:stderr", false)]
    [InlineData("pager", true)]
    [InlineData("pager:critical", false)]
    public void Check_Recipient_AsksItsChannel(string address, bool isFine)
    {
        var result = Load(
            """
            ml-slack: { type: slack, botToken: { file: SECRET } }
            ops-hook: { type: slack, webhookUrl: { file: URL } }
            pager: { type: pagerduty, routingKey: { file: SECRET } }
            ml-teams: { type: teams, webhookUrl: { file: URL } }
            ml-discord: { type: discord, webhookUrl: { file: URL } }
            post: { type: sendgrid, apiKey: { file: SECRET }, from: a@example.com }
            everywhere: { type: apprise, url: 'https://a.example.com', key: { file: SECRET } }
            log: { type: console }
            """,
            $"recipients: {{ oncall: [ '{address}' ] }}"
        );

        Assert.Equal(isFine ? [] : ["recipients.oncall"], result.Problems.Select(problem => problem.Key));
    }

    private ConfigResult Load(string channels, string more = "")
    {
        var yaml = channels
            .Replace("SECRET", _folder.Write("secret", "0123456789abcdef"), StringComparison.Ordinal)
            .Replace(
                "TOKEN",
                _folder.Write("token", "https://chat.example.com/v1/spaces/a/messages?key=k&token=t"),
                StringComparison.Ordinal
            )
            .Replace("URL", _folder.Write("url", "https://hooks.slack.com/services/T/B/x"), StringComparison.Ordinal)
            .Replace("ABSENT", _folder.File("absent"), StringComparison.Ordinal);
        return ConfigLoader.Parse("c.yaml", $"channels:\n  {yaml.Replace("\n", "\n  ", StringComparison.Ordinal)}\n{more}");
    }

    private ChannelSet Create(ConfigResult result) =>
        ChannelFactory.Create(result.Options, _http, TimeProvider.System, NullLogger.Instance);
}
