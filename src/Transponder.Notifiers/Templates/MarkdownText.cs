using System.Text;

namespace Transponder.Notifiers.Templates;

/// <summary>Writes plain text into Markdown so that it stays text: whatever could act as markup, mention or link has a backslash before it.</summary>
internal static class MarkdownText
{
    private const string Acting = "\\`*_~|<>[]()#@";

    /// <summary>The text, made inert; what cannot be seen is dropped.</summary>
    /// <param name="value">The text.</param>
    /// <param name="opensLine">Whether it stands at a line's beginning.</param>
    public static string Escape(string value, bool opensLine = true)
    {
        var text = VisibleText.Of(value);
        var output = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (opensLine && c is ' ' or '\t')
            {
                // Four blanks would begin a block of code.
                output.Append('\u00A0');
                continue;
            }
            if (
                Acting.Contains(c)
                || (opensLine && c is '-' or '+' or '=')
                || EndsNumber(text, i)
                || c == ':' && Names(text, i)
                || c == '&'
            )
                output.Append('\\');
            output.Append(c);
            opensLine = c == '\n';
        }
        return output.ToString();
    }

    /// <summary>A URL that has passed <see cref="Outbound.WebLink"/>, as a link's target between parentheses.</summary>
    public static string Target(string url) =>
        url.Replace("(", "%28", StringComparison.Ordinal)
            .Replace(")", "%29", StringComparison.Ordinal)
            .Replace("<", "%3C", StringComparison.Ordinal)
            .Replace(">", "%3E", StringComparison.Ordinal);

    // "1." at the beginning of a line would begin a list.
    private static bool EndsNumber(string text, int at)
    {
        if (text[at] != '.' || (at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1])))
            return false;
        var start = at;
        while (start > 0 && char.IsAsciiDigit(text[start - 1]))
            start--;
        while (start > 0 && start < at && text[start - 1] is ' ' or '\t')
            start--;
        return start < at && (start == 0 || text[start - 1] == '\n');
    }

    // A scheme before "//" makes a link, a word between two colons an emoji.
    private static bool Names(string text, int at) => at + 1 < text.Length && (text[at + 1] == '/' || char.IsAsciiLetter(text[at + 1]));
}
