using System.Text;

namespace Transponder.Server.Commands.Terminal;

/// <summary>Makes text that came from elsewhere harmless and fitting for a terminal.</summary>
internal static class PlainText
{
    /// <summary>One line without control characters, which could move the cursor or change colours, and without marks that turn the direction.</summary>
    public static string Line(string text) => Clean(text, keepBreaks: false);

    /// <summary>As <see cref="Line"/>, with the line breaks kept.</summary>
    public static string Lines(string text) => Clean(text.ReplaceLineEndings("\n"), keepBreaks: true);

    /// <summary>Breaks a line at blanks; a word that is longer than a line stays whole.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }

        yield return line.ToString();
    }

    private static string Clean(string text, bool keepBreaks)
    {
        if (!text.Any(c => IsUnwanted(c)))
            return text;
        return string.Create(
            text.Length,
            (text, keepBreaks),
            static (clean, state) =>
            {
                for (var i = 0; i < clean.Length; i++)
                    clean[i] = state.text[i] is var c && IsUnwanted(c) && !(state.keepBreaks && c == '\n') ? ' ' : c;
            }
        );
    }

    private static bool IsUnwanted(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
