using System.Globalization;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>Our markup as Slack's mrkdwn.</summary>
internal sealed class SlackMarkup : MarkupStyle
{
    public static SlackMarkup Instance { get; } = new();

    /// <summary>A text as mrkdwn of at most so many characters, made inert.</summary>
    public static string Inert(string text, int most)
    {
        var cut = text;
        while (true)
        {
            var escaped = MrkdwnText.Escape(cut);
            if (escaped.Length <= most)
                return escaped;
            cut = VisibleText.Cut(text, Math.Max((int)((long)cut.Length * most / escaped.Length) - 1, 2));
        }
    }

    public override string Text(string text, bool opensLine) => MrkdwnText.Escape(text, opensLine);

    public override string Bold(string inner) => $"*{inner}*";

    public override string Italic(string inner) => $"_{inner}_";

    public override string Code(string text) => $"`{Entities(text).Replace('`', 'ˋ')}`";

    public override string Link(string label, string url) => $"<{Target(url)}|{MrkdwnText.Escape(label, opensLine: false)}>";

    public override string CodeLine(string text) => Entities(text.Replace("```", "ˋˋˋ", StringComparison.Ordinal));

    public override string Open(MarkupBlock block) => block is MarkupBlock.Code ? "```\n" : "";

    public override string Close(MarkupBlock block) => block is MarkupBlock.Code ? "\n```" : "";

    public override string Item(int? number, string inner) =>
        number is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known}. {inner}") : $"• {inner}";

    /// <summary>A URL that has passed <see cref="Outbound.WebLink"/>, as a link's target.</summary>
    public static string Target(string url) =>
        url.Replace("|", "%7C", StringComparison.Ordinal)
            .Replace("<", "%3C", StringComparison.Ordinal)
            .Replace(">", "%3E", StringComparison.Ordinal)
            .Replace("&", "&amp;", StringComparison.Ordinal);

    private static string Entities(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
