using System.Text;

namespace Transponder.Notifiers.Mail;

/// <summary>Turns text into header bodies that no value can break out of: one logical line, folded, encoded when it must be.</summary>
internal static class HeaderText
{
    private const int FoldAt = 78;
    private const int MaxRawWord = 200;

    /// <summary>Makes one line of any text: control characters and line separators become blanks, and what is too long is cut between runes.</summary>
    public static string OneLine(string text, int maxBytes)
    {
        var line = new StringBuilder(Math.Min(text.Length, maxBytes));
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var kept = IsBreak(rune) ? new Rune(' ') : rune;
            bytes += kept.Utf8SequenceLength;
            if (bytes > maxBytes)
                return line.ToString().Trim() + "…";
            line.Append(kept.ToString());
        }
        return line.ToString().Trim();
    }

    /// <summary>The body of an unstructured header such as Subject.</summary>
    /// <param name="text">One line, as <see cref="OneLine"/> makes it.</param>
    /// <param name="column">Where on its first line the body starts.</param>
    public static string Unstructured(string text, int column) => IsPlain(text) ? Fold(text, column) : EncodedWord.Encode(text, column);

    /// <summary>A mailbox as From and To carry it.</summary>
    /// <param name="address">The mailbox.</param>
    /// <param name="column">Where on its line it starts.</param>
    public static string Mailbox(EmailAddress address, int column)
    {
        if (address.DisplayName is not { } name)
            return address.Address;
        var phrase = Phrase(name, column);
        var end = phrase.Length - phrase.LastIndexOf('\n') + (phrase.Contains('\n', StringComparison.Ordinal) ? 0 : column);
        var gap = end + address.Address.Length + 3 > FoldAt ? "\r\n " : " ";
        return $"{phrase}{gap}<{address.Address}>";
    }

    private static string Phrase(string name, int column)
    {
        if (!Ascii.IsValid(name) || name.Contains("=?", StringComparison.Ordinal) || name.Length > 60)
            return EncodedWord.Encode(name, column);
        if (name.All(c => char.IsAsciiLetterOrDigit(c) || c == ' '))
            return name;
        return '"' + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
    }

    private static bool IsPlain(string text)
    {
        if (!Ascii.IsValid(text) || text.Contains("=?", StringComparison.Ordinal))
            return false;
        var word = 0;
        foreach (var c in text)
        {
            word = c == ' ' ? 0 : word + 1;
            if (word > MaxRawWord)
                return false;
        }
        return true;
    }

    private static string Fold(string text, int column)
    {
        if (column + text.Length <= FoldAt)
            return text;
        var folded = new StringBuilder(text.Length + 16);
        var lineStart = 0;
        var lastBlank = -1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ' && i + 1 < text.Length && text[i + 1] != ' ' && i > 0)
                lastBlank = i;
            if (column + i - lineStart >= FoldAt && lastBlank > lineStart)
            {
                folded.Append(text, lineStart, lastBlank - lineStart).Append("\r\n");
                lineStart = lastBlank;
                column = 0;
            }
        }
        return folded.Append(text, lineStart, text.Length - lineStart).ToString();
    }

    private static bool IsBreak(Rune rune) => Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029;
}
