using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Transponder.Tests.Notifiers.Channels.Slack;

/// <summary>Reads Slack's blocks as its clients show them: the text that people see, and the URLs that a click leads to.</summary>
internal static partial class MrkdwnReader
{
    public static (string Shown, IReadOnlyList<string> Links) Read(IEnumerable<JsonElement> blocks)
    {
        var links = new List<string>();
        var shown = string.Join('\n', blocks.SelectMany(Texts).Select(text => Read(text, links)));
        return (shown, links);
    }

    private static IEnumerable<JsonElement> Texts(JsonElement block) =>
        new[] { "text", "fields", "elements" }
            .Where(name => block.TryGetProperty(name, out _))
            .Select(block.GetProperty)
            .SelectMany(part => part.ValueKind == JsonValueKind.Array ? part.EnumerateArray().ToArray() : [part]);

    private static string Read(JsonElement text, List<string> links)
    {
        var value = text.GetProperty("text").GetString()!;
        if (text.GetProperty("type").GetString() != "mrkdwn")
            return value;
        value = Code().Replace(value, match => match.Groups["code"].Value.Replace('*', '∗').Replace('_', 'ˍ').Replace('~', '∼'));
        value = Link()
            .Replace(
                value,
                match =>
                {
                    links.Add(WebUtility.HtmlDecode(match.Groups["target"].Value));
                    return match.Groups["label"].Value;
                }
            );
        for (var i = 0; i < 2; i++)
            value = Format().Replace(value, "${text}");
        // What looks alike to people is the same here.
        return WebUtility
            .HtmlDecode(value)
            .Replace('∗', '*')
            .Replace('ˍ', '_')
            .Replace('∼', '~')
            .Replace('ˋ', '`')
            .Replace('∶', ':')
            .Replace('›', '>');
    }

    [GeneratedRegex("```\n(?<code>.*?)\n```|`(?<code>[^`\n]+)`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"<(?<target>[^>|]*)\|?(?<label>[^>]*)>")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<!\w)(?<mark>[*_~])(?<text>\S|\S[^\n]*?\S)\k<mark>(?!\w)")]
    private static partial Regex Format();
}
