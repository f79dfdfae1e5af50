using Transponder.Notifiers.Markup;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Markup;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a  b\n\t c", "a b c")]
    [InlineData("one<br>two<br/>three", "one\ntwo\nthree")]
    [InlineData("<p>one</p><p>two</p>", "one\n\ntwo")]
    [InlineData("<h1>Title</h1>text", "Title\n\ntext")]
    [InlineData("<div>one</div><div>two</div>", "one\ntwo")]
    [InlineData("<ul><li>one</li><li>two</li></ul>", "- one\n- two")]
    [InlineData("see <a href=\"https://x.example/?a=1&amp;b=2\">the run</a>.", "see the run (https://x.example/?a=1&b=2).")]
    [InlineData("<a href='https://x.example'>https://x.example</a>", "https://x.example")]
    [InlineData("<a class=b href=https://x.example>x</a>", "x (https://x.example)")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>", "x")]
    [InlineData("<a href=\"https://x.example/\n.\">x</a>", "x")]
    [InlineData("<a href=\"https://x.example\"><img src=x></a>", "https://x.example")]
    [InlineData("&lt;script&gt; &amp;amp; &quot;&#39;&nbsp;&copy;", "<script> &amp; \"'\u00a0©")]
    [InlineData("a<script>alert('<b>')</script>b<style>p{}</style>c<!-- <b> -->d", "abcd")]
    [InlineData("<pre>a\n  b</pre>c", "a\n  b\nc")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc")]
    [InlineData("1 < 2 and 3 <4", "1 < 2 and 3 <4")]
    [InlineData("open <b unclosed", "open <b unclosed")]
    [InlineData("<a href=\"x>y\">z</a>", "z")]
    [InlineData("<b title=\"a>b\">c</b>", "c")]
    [InlineData("a<!-- never closed b", "a<!-- never closed b")]
    [InlineData("<head><title>t</title></head><body>b</body>", "b")]
    [InlineData("", "")]
    [InlineData("<", "<")]
    public void FromHtml_GivesWhatAReaderSees(string html, string text) => Assert.Equal(text + "\n", HtmlText.FromHtml(html));

    [Theory]
    [InlineData("<")]
    [InlineData("<a ")]
    [InlineData("<a \"")]
    [InlineData("<!--")]
    [InlineData("<!-- -->")]
    [InlineData("<script>")]
    [InlineData("<a href='x'>")]
    [InlineData("<br>")]
    [InlineData("&amp")]
    [InlineData("<b")]
    [InlineData("<b\">\"")]
    public void FromHtml_HostileRepetition_TakesLinearTime(string unit)
    {
        var html = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));

        Assert.InRange(ThreadTime.Of(() => HtmlText.FromHtml(html)).TotalSeconds, 0, 5);
    }
}
