using System.Text;
using System.Text.RegularExpressions;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>Reads Markdown as far as channels write it: what people see of it, and the URLs that a click leads to.</summary>
public static partial class MarkdownReader
{
    public static (string Shown, IReadOnlyList<string> Links) Read(string text)
    {
        var shown = new StringBuilder();
        var links = new List<string>();
        for (var at = 0; at < text.Length; )
        {
            if (Token().Match(text, at) is { Success: true } match && match.Index == at)
            {
                if (match.Groups["url"] is { Success: true } url)
                {
                    links.Add(url.Value);
                    shown.Append(Read(match.Groups["label"].Value).Shown);
                }
                shown.Append(match.Groups["code"].Value).Append(match.Groups["escaped"].Value);
                at += match.Length;
            }
            else
            {
                shown.Append(text[at++]);
            }
        }
        return (shown.ToString().Replace('\u00A0', ' '), links);
    }

    [GeneratedRegex(
        @"\\(?<escaped>[!-/:-@\[-`{-~])|```\n(?<code>.*?)\n```|`(?<code>[^`\n]+)`|(?<!!)\[(?<label>(?:\\.|[^\\\[\]])*)\]\((?<url>[^()\s]+)\)|[*_~]+",
        RegexOptions.Singleline
    )]
    private static partial Regex Token();
}
