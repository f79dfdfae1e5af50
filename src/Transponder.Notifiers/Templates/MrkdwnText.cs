using System.Text;

namespace Transponder.Notifiers.Templates;

/// <summary>
/// Writes values into Slack's mrkdwn so that they stay text: no mention, no link, no formatting. What Slack has an entity for is escaped; what it
/// has none for gives way to a character that looks alike, and only where it would act as markup.
/// </summary>
internal static class MrkdwnText
{
    /// <summary>Appends a value, made inert. An http or https URL stays usable as a link's target.</summary>
    public static void Append(StringBuilder output, string value)
    {
        if (IsUrl(value))
        {
            output.Append(value.Replace("&", "&amp;", StringComparison.Ordinal));
            return;
        }

        Append(output, VisibleText.Of(value), opensLine: true);
    }

    /// <summary>A text, made inert; a URL is text too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="opensLine">Whether it stands at a line's beginning.</param>
    public static string Escape(string text, bool opensLine = true)
    {
        var output = new StringBuilder(text.Length + 16);
        Append(output, VisibleText.Of(text), opensLine);
        return output.ToString();
    }

    private static void Append(StringBuilder output, string text, bool opensLine)
    {
        for (var i = 0; i < text.Length; i++)
        {
            _ = text[i] switch
            {
                '&' => output.Append("&amp;"),
                '<' => output.Append("&lt;"),
                '>' => output.Append(opensLine ? "›" : "&gt;"),
                '*' when Acts(text, i) => output.Append('∗'),
                '_' when Acts(text, i) => output.Append('ˍ'),
                '~' when Acts(text, i) => output.Append('∼'),
                '`' => output.Append('ˋ'),
                ':' when OpensEmoji(text, i) => output.Append('∶'),
                var c => output.Append(c),
            };
            opensLine = text[i] == '\n' || (opensLine && text[i] is (' ' or '\t' or '>'));
        }
    }

    private static bool IsUrl(string value) =>
        (value.StartsWith("https://", StringComparison.Ordinal) || value.StartsWith("http://", StringComparison.Ordinal))
        && value.All(c => c is > ' ' and <= '~' and not ('<' or '>' or '|' or '`' or '"'));

    // Slack formats words, not parts of them: between two letters or digits the mark is a plain character.
    private static bool Acts(string text, int at) =>
        at == 0 || at == text.Length - 1 || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(text[at + 1]);

    private static bool OpensEmoji(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-' or '+' or '\''))
            end++;
        return end < text.Length && text[end] == ':' && text.AsSpan(at + 1, end - at - 1).ContainsAnyExceptInRange('0', '9');
    }
}
