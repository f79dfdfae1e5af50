using System.Net;
using System.Text.RegularExpressions;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>Reads the HTML of mails made of markup: what people see of it, and the URLs that a click leads to. An element of another kind is left and seen.</summary>
public static partial class HtmlReader
{
    public static (string Shown, IReadOnlyList<string> Links) Read(string html) =>
        (
            WebUtility.HtmlDecode(Element().Replace(html, "")),
            [.. Target().Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))]
        );

    [GeneratedRegex("<a href=\"([^\"]*)\">")]
    private static partial Regex Target();

    [GeneratedRegex("</?(p|strong|em|code|pre|ul|ol|li|br|a)( (href|start)=\"[^\"]*\")?>")]
    private static partial Regex Element();
}
