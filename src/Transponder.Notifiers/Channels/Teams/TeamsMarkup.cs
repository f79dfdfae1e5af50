using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Teams;

/// <summary>Our markup as the Markdown of a card's text, which knows no code: that is shown as text, blocks of it in a text of their own.</summary>
internal sealed class TeamsMarkup : MarkupStyle
{
    public static TeamsMarkup Instance { get; } = new();

    public override string Text(string text, bool opensLine) => MarkdownText.Escape(text, opensLine);

    public override string Bold(string inner) => $"**{inner}**";

    public override string Italic(string inner) => $"_{inner}_";

    public override string Link(string label, string url) =>
        $"[{MarkdownText.Escape(label, opensLine: false)}]({MarkdownText.Target(url)})";

    // A card joins lines; a blank one between them keeps them apart.
    public override string Break(MarkupBlock block) => block is MarkupBlock.Items ? "\n" : "\n\n";
}
