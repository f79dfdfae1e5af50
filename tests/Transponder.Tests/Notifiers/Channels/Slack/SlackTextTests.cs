using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Slack;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Slack;

/// <summary>Whatever text comes with an event, Slack takes the message, and nothing in it acts.</summary>
public sealed class SlackTextTests : IAsyncLifetime
{
    private const string Hostile =
        "<!channel> <!here|x> <@U0123> <#C1|x> <https://evil.example|https://good.example> @here #general https://evil.example "
        + "*bold* _it_ ~no~ `code` ```pre``` :white_check_mark: &lt;!channel&gt;\n> quoted\n>>> all\u202Egnirts\u200B\u0000";

    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private SlackServer _slack = null!;

    public static TheoryData<string> Shapes =>
        [
            new string('x', 200_000),
            new string('&', 50_000),
            new string('>', 300_000),
            new string(':', 300_000),
            new string('_', 300_000),
            string.Concat(Enumerable.Repeat("\U0001F680", 20_000)),
            string.Concat(Enumerable.Repeat("line <row> of \"text\"\\\n", 2000)),
            string.Concat(Enumerable.Repeat("a\n", 20_000)),
            new string('\n', 9000) + "x",
            "x" + new string('\n', 20_000) + "x",
            "",
            "   ",
            "\0\u202E",
        ];

    public async ValueTask InitializeAsync() => _slack = await SlackServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _slack.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Send_AnyShapeOfText_StaysWithinSlacksLimits(string text)
    {
        foreach (var format in Enum.GetValues<BodyFormat>())
        {
            var body = format == BodyFormat.Mrkdwn ? Template.Parse("{{ error.message }}").Render(With(text), TemplateEscape.Mrkdwn) : text;
            var posted = await PostAsync(body, format, title: text, execution: With(text));
            Assert.All(posted.Blocks, block => Assert.DoesNotContain('\uFFFD', block.GetRawText()));
        }
    }

    [Fact]
    public async Task Send_LongBody_IsDividedAtLineEndsAndMarkedWhereItIsCut()
    {
        var posted = await PostAsync(string.Concat(Enumerable.Range(0, 2000).Select(i => $"line {i}\n")), BodyFormat.Text);

        var sections = posted.Blocks.Where(b => b.GetProperty("type").GetString() == "section").Select(TextOf).ToList();
        Assert.InRange(sections.Count, 3, 8);
        Assert.All(sections, section => Assert.StartsWith("line ", section));
        Assert.EndsWith("… [cut]", sections[^1]);
    }

    [Fact]
    public async Task Send_HostileValues_ActNowhere()
    {
        var execution = With(Hostile) with
        {
            Name = Hostile,
            Cluster = Hostile,
            ErrorCode = Hostile,
            ConsoleUrl = "https://flyte.example.com/|><!channel>",
        };
        var body = Template.Parse("*Failed*: {{ error.message }} <{{ console_url }}|look>").Render(With(Hostile), TemplateEscape.Mrkdwn);

        var posted = await PostAsync(body, BodyFormat.Mrkdwn, Hostile, execution);

        foreach (var text in Markup(posted.Json))
        {
            var links = text.Split('<').Skip(1).Select(part => part.Split('>')[0]);
            Assert.All(links, link => Assert.StartsWith("https://flyte.example.com/", link));
            Assert.DoesNotMatch(@"[`\u202E\u200B\0]|_it_|~no~|:white_check_mark:|\n&gt;", text);
            Assert.DoesNotContain("*bold*", text);
        }
        Assert.Contains("*Failed*:", posted.Body);
        Assert.DoesNotContain("<!", posted.Json.GetProperty("text").GetString());
        foreach (var flag in new[] { "link_names", "unfurl_links", "unfurl_media", "mrkdwn" })
            Assert.False(posted.Json.GetProperty(flag).GetBoolean());
    }

    [Theory]
    [InlineData("my_task_2 and a*b", "my_task_2 and a*b")]
    [InlineData("12:30:45 a:b:c", "12:30:45 a∶b:c")]
    [InlineData("*kwargs __init__", "∗kwargs ˍˍinitˍˍ")]
    [InlineData("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d")]
    [InlineData("> said > so\n >> it", "› said &gt; so\n ›› it")]
    [InlineData("https://x.example/_a_?b=1&c=*d*", "https://x.example/_a_?b=1&amp;c=*d*")]
    [InlineData("https://x.example/ <!channel>", "https://x.example/ &lt;!channel&gt;")]
    [InlineData("a\r\nb\rc\u2028d", "a\nb\nc\nd")]
    public void Render_Mrkdwn_ChangesOnlyWhatWouldAct(string value, string expected) =>
        Assert.Equal(expected, Template.Parse("{{ error.message }}").Render(With(value), TemplateEscape.Mrkdwn));

    private async Task<PostedMessage> PostAsync(string body, BodyFormat format, string title = "Title", ExecutionInfo? execution = null)
    {
        await using var notifier = new SlackNotifier(
            new SlackOptions
            {
                BotToken = SecretRef.FromValue(SlackServer.Token),
                ApiUrl = _slack.ApiUrl,
                Timeout = LoopbackHttp.Patience,
            },
            _http
        );
        var message = new Message
        {
            Id = "dlv_1",
            Target = "#alerts",
            Title = title,
            Body = body,
            Format = format,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Execution = execution,
        };
        var result = await notifier.SendAsync(message, TestContext.Current.CancellationToken);
        Outcome.Is<DeliveryResult.Delivered>(result);
        return _slack.Posted[^1];
    }

    private static ExecutionInfo With(string text) =>
        new()
        {
            Project = "p",
            Domain = "d",
            Name = text,
            Phase = "failed",
            ErrorMessage = text,
            Workflow = new EntityInfo("p", "d", text, text),
            LaunchPlan = new EntityInfo("p", "d", text + "2", text),
            ConsoleUrl = "https://flyte.example.com/",
        };

    private static string TextOf(JsonElement block) => block.GetProperty("text").GetProperty("text").GetString()!;

    private static IEnumerable<string> Markup(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Array => json.EnumerateArray().SelectMany(Markup),
            JsonValueKind.Object when json.TryGetProperty("type", out var type) && type.ValueEquals("mrkdwn") =>
            [
                json.GetProperty("text").GetString()!,
            ],
            JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Markup(p.Value)),
            _ => [],
        };
}
