using System.Buffers;
using System.Text;

namespace Transponder.Notifiers.Templates;

/// <summary>Text of which nothing is hidden: no control characters, no marks that turn the reading direction, no blanks without width.</summary>
internal static class VisibleText
{
    private static readonly SearchValues<char> Unwanted = Characters.That(IsUnwanted);

    /// <summary>The text with its lines kept. A text without anything hidden is returned as it is.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAny(Unwanted))
            return text;

        var output = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\u2028' or '\u2029' or '\u0085' || (c == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                output.Append('\n');
            else if (!IsUnwanted(c))
                output.Append(c);
        }
        return output.ToString();
    }

    /// <summary>The text's beginning, with a mark where it was cut; never half a character.</summary>
    public static string Cut(string text, int most, string mark = "…")
    {
        if (text.Length <= most)
            return text;
        var end = most - mark.Length;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), mark);
    }

    /// <summary>The text in one line of at most so many characters.</summary>
    public static string Line(string text, int most) => Cut(Escaping.SingleLine(Of(text)).Trim(), most);

    private static bool IsUnwanted(char c) =>
        (char.IsControl(c) && c is not ('\n' or '\t'))
        || c
            is '\u00AD'
                or '\u061C'
                or '\u180E'
                or '\u200B'
                or '\u200E'
                or '\u200F'
                or (>= '\u2028' and <= '\u202E')
                or (>= '\u2060' and <= '\u206F')
                or '\uFEFF';
}
