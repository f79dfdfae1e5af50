using Transponder.Notifiers.Channels.Discord;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Templates;
using Transponder.Tests.Notifiers.Channels;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Markup;

public sealed class MarkupTextTests
{
    [Theory]
    [InlineData("**bold** and *italic*", "<p><strong>bold</strong> and <em>italic</em></p>")]
    [InlineData("***both*** **a *b* c**", "<p><strong><em>both</em></strong> <strong>a <em>b</em> c</strong></p>")]
    [InlineData("(*x*), **y**:", "<p>(<em>x</em>), <strong>y</strong>:</p>")]
    [InlineData("2*3*4 a * b * c **kwargs *args", "<p>2*3*4 a * b * c **kwargs *args</p>")]
    [InlineData("**a *b** c*", "<p><strong>a *b</strong> c*</p>")]
    [InlineData("**** ** * ***", "<p>**** ** * ***</p>")]
    [InlineData("`a *b* <c>` `` ` x", "<p><code>a *b* &lt;c&gt;</code> `` ` x</p>")]
    [InlineData(@"\*a\* \`b\` \[c](https://d) \x \", @"<p>*a* `b` [c](https://d) \x \</p>")]
    [InlineData(@"`a\`b \\ \d \*` \` `x\`", @"<p><code>a`b \ \d *</code> ` `x`</p>")]
    [InlineData("[run](https://x.example/7?a=1&b=2)!", "<p><a href=\"https://x.example/7?a=1&amp;b=2\">run</a>!</p>")]
    [InlineData(
        "[a](javascript:x) [b](/x) [c](https://x y) [](https://x.example)",
        "<p>[a](javascript:x) [b](/x) [c](https://x y) [](https://x.example)</p>"
    )]
    [InlineData("![i](https://x.example/i.png) <img src=x> &amp;", "<p>![i](https://x.example/i.png) &lt;img src=x&gt; &amp;amp;</p>")]
    [InlineData("[[a](https://x.example/)](https://y.example/)", "<p>[<a href=\"https://x.example/\">a</a>](https://y.example/)</p>")]
    [InlineData("one\ntwo\r\n\r\n\nthree", "<p>one<br>two</p><p>three</p>")]
    [InlineData("- a\n* *b*\n  - c\ntext", "<ul><li>a</li><li><em>b</em></li><li>c</li></ul><p>text</p>")]
    [InlineData(
        "1. a\n2. b\n- c\n7. d\n-e 1.f",
        "<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul><ol start=\"7\"><li>d</li></ol><p>-e 1.f</p>"
    )]
    [InlineData("a\n```py\nx < 1\n\n- *y*\n```\nb", "<p>a</p><pre>x &lt; 1\n\n- *y*</pre><p>b</p>")]
    [InlineData("```\nopen", "<pre>open</pre>")]
    [InlineData("```", "<pre></pre>")]
    [InlineData("# no head\n> no quote\n| no | table |\n---", "<p># no head<br>&gt; no quote<br>| no | table |<br>---</p>")]
    [InlineData("", "")]
    [InlineData("a\u202Eb\u200Bc\0d", "<p>abcd</p>")]
    public void ToHtml_Text_IsMarkupOrText(string markup, string html) => Assert.Equal(html, MarkupText.ToHtml(markup));

    [Theory]
    [InlineData(
        "**a** *b* `c` [d](https://d.example/) [https://e.example/](https://e.example/)",
        "a b c d (https://d.example/) https://e.example/"
    )]
    [InlineData("a\n\n- b\n- c\n\n3. d\n\n```\ne\n```", "a\n\n- b\n- c\n\n3. d\n\ne")]
    public void ToPlain_Markup_IsText(string markup, string plain) => Assert.Equal(plain, MarkupText.ToPlain(markup));

    public static TheoryData<string> Texts =>
        [.. Markdown.Hostile, "1. a\n  12. b\n - c\n* d", "``` \\ **x** \\* [a](https://b)", "-\n*\n."];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Escape_AnyText_IsShownAsItIs(string text)
    {
        var visible = string.Concat(text.Where(c => c is not ('\0' or '\u202E' or '\u200B' or '\r')).Select(c => c == '\u2028' ? '\n' : c));

        Assert.Equal(Lines(visible), Lines(MarkupText.ToPlain(MarkupText.Escape(text))));
        var line = visible.Split('\n')[0];
        Assert.Equal($"x {line} y", MarkupText.ToPlain($"x `{MarkupText.Escape(line)}` y"));
        Assert.Equal($"x {line}", MarkupText.ToPlain($"**x** {MarkupText.Escape(text)}").Split('\n')[0]);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    [InlineData("```\n[x](https://evil.example)\n```\n\u2028```")]
    public void CodeBlock_AnyText_IsCodeToItsEnd(string text)
    {
        var blocks = MarkupParser.Parse($"a\n{MarkupText.CodeBlock(text)}\nb");

        Assert.Equal(3, blocks.Count);
        Assert.Equal(
            VisibleText.Of(text).Split('\n').Select(line => line.TrimStart()),
            Assert.IsType<MarkupBlock.Code>(blocks[1]).Lines.Select(line => line.TrimStart())
        );
    }

    [Theory]
    [InlineData("[a](https://x")]
    [InlineData("**a *b ")]
    [InlineData("`a``")]
    [InlineData("[")]
    [InlineData("*a ")]
    [InlineData("[a](")]
    [InlineData("\\")]
    [InlineData("***a** b* ")]
    public void Parse_AnyShape_TakesTimeInProportion(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));

        Assert.InRange(ThreadTime.Of(() => Assert.NotEmpty(MarkupText.ToPlain(text))).TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData("**bold** and `code` and [a link](https://x.example/path)\n", 60, 200)]
    [InlineData("```\nline of code\nanother\n```\n", 40, 300)]
    [InlineData("- item *one*\n", 30, 100)]
    [InlineData("xxxxxxxxxx", 50, 120)]
    [InlineData("\U0001F680**", 45, 130)]
    public void Pages_OfAnyText_AreWholeAndWithinTheirLimits(string unit, int longest, int most)
    {
        var blocks = MarkupParser.Parse(string.Concat(Enumerable.Repeat(unit, 100)));

        var pages = MarkupPages.Write(blocks, DiscordMarkup.Instance, longest, most);

        Assert.All(pages, page => Assert.InRange(page.Length, 1, longest));
        Assert.InRange(pages.Sum(page => page.Length), most / 2, most);
        Assert.Contains(MarkupPages.CutMark, pages[^1]);
        foreach (var page in pages)
        {
            Assert.Equal(0, (page.Split("```").Length - 1) % 2);
            Assert.Equal(page.Count(c => c == '['), page.Count(c => c == ']'));
            Assert.False(char.IsHighSurrogate(page[^1]) || char.IsLowSurrogate(page[0]));
        }
    }

    [Fact]
    public void Pages_OfAShortText_AreOneWithoutAMark() =>
        Assert.Equal(["**a**\n\n- b"], MarkupPages.Write(MarkupParser.Parse("**a**\n- b"), DiscordMarkup.Instance, 100, 100));

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
}
