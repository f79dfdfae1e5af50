using System.Globalization;
using Transponder.Notifiers.Markup;

namespace Transponder.Notifiers.Channels.GoogleChat;

/// <summary>Our markup as the few elements of HTML that a card's text knows; code is shown as text.</summary>
internal sealed class GoogleChatMarkup : MarkupStyle
{
    public static GoogleChatMarkup Instance { get; } = new();

    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    public override string Text(string text, bool opensLine) => Escape(text);

    public override string Bold(string inner) => $"<b>{inner}</b>";

    public override string Italic(string inner) => $"<i>{inner}</i>";

    public override string Link(string label, string url) =>
        $"<a href=\"{Escape(url).Replace("\"", "%22", StringComparison.Ordinal)}\">{Escape(label)}</a>";

    public override string Item(int? number, string inner) =>
        number is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known}. {inner}") : $"• {inner}";
}
