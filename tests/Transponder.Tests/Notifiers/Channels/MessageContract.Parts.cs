using Transponder.Notifiers;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Templates;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>What every channel does with a message's fields, links and markup.</summary>
public abstract partial class MessageContract
{
    private const string Run = "https://runs.example/7?a=1&b=2";

    private static readonly string[] Units =
    [
        "x",
        "*",
        "&",
        "\U0001F680",
        "**b** `c` [d](https://d.example) ",
        "```\ncode\n```\n- item\n",
        "\"\\<\n",
    ];

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

    [Fact]
    public async Task Send_HostileParts_AreShownAndLeadNowhere()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        foreach (var hostile in Markdown.Hostile)
        {
            var received = await DeliverAsync(
                peer,
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
    }

    [Fact]
    public async Task Send_HostileMarkup_MakesNothingButTextAndWebLinks()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        foreach (var hostile in Markdown.Hostile)
        {
            var received = await DeliverAsync(peer, NewMessage("hostile-markup", "Title", hostile) with { Format = BodyFormat.Markup });

            Assert.All(received.Links, link => Assert.Equal("https://evil.example/", link));
            Assert.DoesNotContain("X-Injected", received.HeaderNames, StringComparer.OrdinalIgnoreCase);
            foreach (var part in new[] { "<img src=x onerror=alert(1)>", "@everyone @here <@123>", "<at>all</at>", "&lt;b&gt;" })
                if (hostile.Contains(part, StringComparison.Ordinal))
                    Assert.Contains(Squeezed(part), Squeezed(received.Shown));
        }
    }

    [Fact]
    public async Task Send_TooMuchOfEverything_StaysWithinTheLimits()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        foreach (var unit in Units)
        {
            var text = string.Concat(Enumerable.Repeat(unit, 10_000 / unit.Length));
            await DeliverAsync(
                peer,
                NewMessage("much", text, text) with
                {
                    Format = BodyFormat.Markup,
                    Fields = [.. Enumerable.Range(0, 70).Select(i => new MessageField(text, text, IsShort: i % 3 > 0))],
                    Links =
                    [
                        .. Enumerable.Range(0, 30).Select(i => new MessageLink(text, $"https://x.example/{new string('&', 1900)}{i}")),
                    ],
                    Execution = SampleMessage.Failed.Execution,
                }
            );
        }
    }

    [Fact]
    public async Task Send_Samples_AreTheirGoldens()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        foreach (var name in new[] { "execution", "fields", "links", "markup" })
        {
            await DeliverAsync(peer, SampleMessage.Named(name) with { Target = GoodTarget });
            Golden.Check(GetType(), name, await peer.PayloadAsync());
        }
    }

    [Fact]
    public async Task Send_SecondOfAThread_IsItsGolden()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        var message = SampleMessage.Named("thread") with { Target = GoodTarget };
        var first = Outcome.Is<DeliveryResult.Delivered>(await peer.Notifier.SendAsync(message with { Id = "dlv_00J" }, Token));

        await DeliverAsync(peer, message with { ThreadReceipt = peer.Notifier.KeepsThreads ? first.Receipt : null });

        Golden.Check(GetType(), "thread", await peer.PayloadAsync());
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private async Task<ReceivedMessage> DeliverAsync(Message message)
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        return await DeliverAsync(peer, message);
    }

    private static async Task<ReceivedMessage> DeliverAsync(ChannelPeer peer, Message message)
    {
        Outcome.Is<DeliveryResult.Delivered>(await peer.Notifier.SendAsync(message, Token));
        return (await peer.ReceivedAsync())[^1];
    }
}
