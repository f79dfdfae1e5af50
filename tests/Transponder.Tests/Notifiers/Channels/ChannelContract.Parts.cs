using Transponder.Notifiers;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Templates;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>What every channel does with a message's fields, links and markup.</summary>
public abstract partial class ChannelContract
{
    private const string Run = "https://runs.example/7?a=1&b=2";

    public static TheoryData<string> HostileTexts => [.. Markdown.Hostile];

    [Fact]
    public async Task Send_FieldsAndLinks_AreShown()
    {
        var received = await DeliverAsync(
            NewMessage("parts", "Title", "Body") with
            {
                Format = BodyFormat.Text,
                Fields = [new("Accuracy", "0.93"), new("my_data", "line one\nline <two>", IsShort: false), new("", " ")],
                Links = [new("Loss curve", Run)],
            }
        );

        foreach (var part in new[] { "Body", "Accuracy", "0.93", "my_data", "line one", "line <two>", "Loss curve" })
            Assert.Contains(Squeezed(part), Squeezed(received.Shown));
        Assert.True(received.Links.Contains(Run) || received.Shown.Contains(Run, StringComparison.Ordinal), "the link leads nowhere");
    }

    [Fact]
    public async Task Send_Markup_IsReadAndNotShown()
    {
        var body =
            $"**Loss** is *low*, see `fit_x()` and [the run]({Run}): 2 * 3 * 4\n- first **one**\n- second\n\n3. third\n4. fourth\n\n```\na < b && **c**\n```\nEnd";

        var received = await DeliverAsync(NewMessage("markup", "Title", body) with { Format = BodyFormat.Markup });

        var shown = Squeezed(received.Shown);
        foreach (
            var part in new[]
            {
                "Loss is low, see fit_x() and the run",
                "2 * 3 * 4",
                "first one",
                "second",
                "third",
                "fourth",
                "a < b && **c**",
                "End",
            }
        )
            Assert.Contains(Squeezed(part), shown);
        Assert.DoesNotContain("**Loss", shown);
        Assert.DoesNotContain("```", shown);
        Assert.True(received.Links.Contains(Run) || received.Shown.Contains(Run, StringComparison.Ordinal), "the link leads nowhere");
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Send_HostileParts_AreShownAndLeadNowhere(string hostile)
    {
        var received = await DeliverAsync(
            NewMessage("hostile-parts", "Title", MarkupText.Escape(hostile)) with
            {
                Format = BodyFormat.Markup,
                Fields = [new(hostile, hostile), new("long", hostile, IsShort: false)],
                Links =
                [
                    new(hostile, Run),
                    new("script", "javascript:alert(1)"),
                    new("file", "file:///etc/passwd"),
                    new("split", "https://split.example/)(\" <!channel>|x\r\nX-Injected: yes"),
                ],
            }
        );

        Assert.All(
            received.Links,
            link => Assert.True(link == Run || link.StartsWith("https://split.example/", StringComparison.Ordinal), $"a link to {link}")
        );
        Assert.DoesNotContain("X-Injected", received.HeaderNames, StringComparer.OrdinalIgnoreCase);
        Assert.Contains(Squeezed(VisibleText.Of(hostile)), Squeezed(received.Shown));
        Assert.Contains(Squeezed("javascript:alert(1)"), Squeezed(received.Shown));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Send_HostileMarkup_MakesNothingButTextAndWebLinks(string hostile)
    {
        var received = await DeliverAsync(NewMessage("hostile-markup", "Title", hostile) with { Format = BodyFormat.Markup });

        Assert.All(received.Links, link => Assert.Equal("https://evil.example/", link));
        Assert.DoesNotContain("X-Injected", received.HeaderNames, StringComparer.OrdinalIgnoreCase);
        foreach (var part in new[] { "<img src=x onerror=alert(1)>", "@everyone @here <@123>", "<at>all</at>", "&lt;b&gt;" })
            if (hostile.Contains(part, StringComparison.Ordinal))
                Assert.Contains(Squeezed(part), Squeezed(received.Shown));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("*")]
    [InlineData("&")]
    [InlineData("\U0001F680")]
    [InlineData("**b** `c` [d](https://d.example) ")]
    [InlineData("```\ncode\n```\n- item\n")]
    [InlineData("\"\\<\n")]
    public async Task Send_TooMuchOfEverything_StaysWithinTheLimits(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 10_000 / unit.Length));

        await DeliverAsync(
            NewMessage("much", text, text) with
            {
                Format = BodyFormat.Markup,
                Fields = [.. Enumerable.Range(0, 70).Select(i => new MessageField(text, text, IsShort: i % 3 > 0))],
                Links = [.. Enumerable.Range(0, 30).Select(i => new MessageLink(text, $"https://x.example/{new string('&', 1900)}{i}"))],
                Execution = SampleMessage.Failed.Execution,
            }
        );
    }

    [Theory]
    [InlineData("execution")]
    [InlineData("fields")]
    [InlineData("links")]
    [InlineData("markup")]
    [InlineData("thread")]
    public async Task Send_Sample_IsItsGolden(string name)
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        var message = SampleMessage.Named(name) with { Target = GoodTarget };
        if (name == "thread")
        {
            var first = await peer.Notifier.SendAsync(message with { Id = "dlv_00J" }, Token);
            message = message with { ThreadReceipt = peer.Notifier.KeepsThreads ? ((DeliveryResult.Delivered)first).Receipt : null };
        }

        Assert.IsType<DeliveryResult.Delivered>(await peer.Notifier.SendAsync(message, Token));

        Golden.Check(GetType(), name, await peer.PayloadAsync());
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private async Task<ReceivedMessage> DeliverAsync(Message message)
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        Assert.IsType<DeliveryResult.Delivered>(await peer.Notifier.SendAsync(message, Token));
        return Assert.Single(await peer.ReceivedAsync());
    }
}
