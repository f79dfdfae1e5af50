using System.Text;

namespace Transponder.Server.Wire.Grpc;

/// <summary><c>grpc-message</c>: UTF-8 with everything but printable ASCII, and the percent sign itself, as <c>%XX</c>.</summary>
internal static class PercentEncoding
{
    public static string Encode(string text)
    {
        var plain = true;
        foreach (var c in text)
        {
            plain &= IsPlain(c);
        }

        if (plain)
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && IsPlain((char)rune.Value))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            var length = rune.EncodeToUtf8(utf8);
            for (var i = 0; i < length; i++)
            {
                encoded.Append('%').Append(Digit(utf8[i] >> 4)).Append(Digit(utf8[i] & 15));
            }
        }

        return encoded.ToString();
    }

    public static int EncodedLength(Rune rune) => rune.IsAscii && IsPlain((char)rune.Value) ? 1 : 3 * rune.Utf8SequenceLength;

    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not '%';

    private static char Digit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);
}
