using System.Text;

namespace Transponder.Notifiers.Mail;

/// <summary>Writes text as RFC 2047 encoded words: at most 75 bytes each, lines of at most 76, and no rune ever split.</summary>
internal static class EncodedWord
{
    private const string Base64Start = "=?UTF-8?B?";
    private const string QuotedStart = "=?UTF-8?Q?";
    private const string End = "?=";
    private const int MaxLine = 76;
    private const int MaxWord = 75;
    private const int Overhead = 12;

    /// <summary>Encodes text that starts at a given column; words are parted by a fold.</summary>
    public static string Encode(string text, int column)
    {
        var plain = text.AsSpan();
        var safe = 0;
        foreach (var c in plain)
            safe += IsSafe(c) || c == ' ' ? 1 : 0;
        return safe * 3 > plain.Length * 2 ? EncodeQuoted(text, column) : EncodeBase64(text, column);
    }

    private static string EncodeQuoted(string text, int column)
    {
        var result = new StringBuilder(text.Length * 2);
        var room = Start(result, QuotedStart, column, minimum: 12);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var single = rune.IsAscii && (IsSafe((char)rune.Value) || rune.Value == ' ');
            var cost = single ? 1 : rune.Utf8SequenceLength * 3;
            if (cost > room)
            {
                result.Append(End).Append("\r\n ").Append(QuotedStart);
                room = MaxWord - Overhead;
            }
            room -= cost;
            if (single)
            {
                result.Append(rune.Value == ' ' ? '_' : (char)rune.Value);
                continue;
            }
            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
                result.Append('=').Append(b.ToString("X2", null));
        }
        return result.Append(End).ToString();
    }

    private static string EncodeBase64(string text, int column)
    {
        var result = new StringBuilder(text.Length * 3);
        var room = Start(result, Base64Start, column, minimum: 8) / 4 * 3;
        Span<byte> word = stackalloc byte[MaxWord];
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + rune.Utf8SequenceLength > room)
            {
                result.Append(Convert.ToBase64String(word[..used])).Append(End).Append("\r\n ").Append(Base64Start);
                used = 0;
                room = (MaxWord - Overhead) / 4 * 3;
            }
            used += rune.EncodeToUtf8(word[used..]);
        }
        return result.Append(Convert.ToBase64String(word[..used])).Append(End).ToString();
    }

    private static int Start(StringBuilder result, string start, int column, int minimum)
    {
        var room = Math.Min(MaxWord, MaxLine - column) - Overhead;
        if (room < minimum)
        {
            result.Append("\r\n ");
            room = MaxWord - Overhead;
        }
        result.Append(start);
        return room;
    }

    private static bool IsSafe(char c) => char.IsAsciiLetterOrDigit(c) || c is '!' or '*' or '+' or '-' or '/';
}
