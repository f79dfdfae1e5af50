using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Discord;

/// <summary>Our markup as Discord's Markdown.</summary>
internal sealed class DiscordMarkup : MarkupStyle
{
    public static DiscordMarkup Instance { get; } = new();

    public override string Text(string text, bool opensLine) => MarkdownText.Escape(text, opensLine);

    public override string Bold(string inner) => $"**{inner}**";

    public override string Italic(string inner) => $"*{inner}*";

    public override string Code(string text) => $"`{text.Replace('`', 'ˋ')}`";

    public override string Link(string label, string url) =>
        $"[{MarkdownText.Escape(label, opensLine: false)}]({MarkdownText.Target(url)})";

    public override string CodeLine(string text) => text.Replace("```", "ˋˋˋ", StringComparison.Ordinal);

    public override string Open(MarkupBlock block) => block is MarkupBlock.Code ? "```\n" : "";

    public override string Close(MarkupBlock block) => block is MarkupBlock.Code ? "\n```" : "";
}
