using System.Text.Json;
using System.Text.RegularExpressions;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>Markdown as its readers show it.</summary>
public static partial class Markdown
{
    /// <summary>Texts that try to become more than text where Markdown, HTML, mentions or links are understood.</summary>
    public static IReadOnlyList<string> Hostile { get; } =
    [
        "**bold** _slanted_ __under__ ~~gone~~ ||hidden|| `code` ***all***",
        "[good](https://evil.example) ![x](https://evil.example/x.png) [a][b]\n\n[b]: https://evil.example",
        "<https://evil.example|good> <a href='https://evil.example'>good</a> <img src=x onerror=alert(1)>",
        "https://evil.example/path http://evil.example ftp://evil.example",
        "@everyone @here <@123> <@!123> <@&123> <#123> <users/all> <!channel> <at>all</at>",
        "# head\n## head\n- item\n+ item\n* item\n1. item\n  2. item\n> quote\n>>> quotes\n-# small\n```\nfence\n```\n---\n===\n    code\n\ttab",
        "head\n====\nhead\n----\n| a | b |\n|---|---|\n| c | d |",
        "&lt;b&gt; &#91;x&#93; \\*x\\* \\\\ :smile: :rocket: <:a:1> <t:1:R> {{DATE(2026-01-01T00:00:00Z,SHORT)}} ${expr} @{expr}",
        "a\u202Eb\u200Bc\0d\u2028e\r\nf",
    ];

    /// <summary>The text without its escapes: a backslash before punctuation.</summary>
    public static string Unescape(string text) => Escape().Replace(text, "$1").Replace('\u00A0', ' ');

    /// <summary>What each text becomes in markdown-it, with links found in plain text too: its tags, and the text that people see.</summary>
    public static async Task<IReadOnlyList<ShownMarkdown>> ShowAsync(IEnumerable<string> texts)
    {
        var result = await NodeScript.RunAsync("Notifiers/Channels/markdown.js", input: JsonSerializer.Serialize(texts));
        return JsonSerializer.Deserialize<List<ShownMarkdown>>(result.Succeeded(), JsonSerializerOptions.Web)!;
    }

    [GeneratedRegex(@"\\([!-/:-@\[-`{-~])")]
    private static partial Regex Escape();
}

/// <summary>A text as it is shown.</summary>
public sealed record ShownMarkdown(IReadOnlyList<string> Tags, string Text);
