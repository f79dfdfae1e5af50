using System.Net;

namespace Transponder.Notifiers.Markup;

/// <summary>Derives the plain-text part of a mail from its HTML, in one pass over any input, well-formed or not.</summary>
public static class HtmlText
{
    /// <summary>The text that a reader of the HTML sees; links as <c>text (url)</c>.</summary>
    /// <param name="html">The HTML.</param>
    public static string FromHtml(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        var text = new PlainTextWriter();
        var scanner = new HtmlScanner(html);
        string? href = null;
        var linkStart = 0;
        while (scanner.Next())
        {
            if (!scanner.IsTag)
            {
                text.Write(WebUtility.HtmlDecode(scanner.Text.ToString()));
                continue;
            }

            switch (scanner.Name)
            {
                case "a" when !scanner.IsEnd:
                    href = LinkTarget(scanner.Attribute("href"));
                    linkStart = text.Length;
                    break;
                case "a":
                    if (href is not null && text.Since(linkStart) != href)
                        text.Write(text.Length == linkStart ? href : $" ({href})");
                    href = null;
                    break;
                case "br":
                    text.Break();
                    break;
                case "hr":
                    text.Break();
                    text.Write("----");
                    text.Break();
                    break;
                case "li" when !scanner.IsEnd:
                    text.BreakUnlessAtStart();
                    text.Write("- ");
                    break;
                case "td" or "th" when scanner.IsEnd:
                    text.Write(" ");
                    break;
                case "pre":
                    text.BreakUnlessAtStart();
                    text.KeepBlanks = !scanner.IsEnd;
                    break;
                case "p" or "ul" or "ol" or "table" or "blockquote" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                    text.Paragraph();
                    break;
                case "div" or "tr" or "li" or "section" or "article" or "header" or "footer" or "dt" or "dd":
                    text.BreakUnlessAtStart();
                    break;
                case "script" or "style" or "title" when !scanner.IsEnd:
                    scanner.SkipTo(scanner.Name);
                    break;
            }
        }
        return text.ToString();
    }

    private static string? LinkTarget(string? href)
    {
        if (href is null)
            return null;
        href = WebUtility.HtmlDecode(href).Trim();
        string[] schemes = ["https://", "http://", "mailto:"];
        return schemes.Any(s => href.StartsWith(s, StringComparison.OrdinalIgnoreCase)) && !href.Any(c => c <= ' ' || char.IsControl(c))
            ? href
            : null;
    }
}
