using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Transponder.Notifiers.Mail;

/// <summary>Writes a text body as quoted-printable or base64, whichever is shorter: ASCII lines of at most 76 bytes, ended by CRLF.</summary>
internal static class BodyEncoding
{
    private const int MaxLine = 76;
    private const int Base64Chunk = MaxLine / 4 * 3;

    /// <summary>UTF-8 with every line break, bare CR and LF among them, as CRLF.</summary>
    public static byte[] Canonical(string text)
    {
        var unified = text.Contains('\r', StringComparison.Ordinal)
            ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            : text;
        return Encoding.UTF8.GetBytes(unified.Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    /// <summary>Whether base64 makes the shorter body.</summary>
    public static bool PrefersBase64(ReadOnlySpan<byte> canonical)
    {
        var costly = 0;
        foreach (var b in canonical)
            costly += b is >= 0x80 or < 0x20 and not ((byte)'\r' or (byte)'\n') ? 1 : 0;
        return costly * 6 > canonical.Length;
    }

    /// <summary>Writes base64 in full lines.</summary>
    public static void WriteBase64(ReadOnlySpan<byte> canonical, IBufferWriter<byte> to)
    {
        while (!canonical.IsEmpty)
        {
            var chunk = canonical[..Math.Min(Base64Chunk, canonical.Length)];
            var line = to.GetSpan(MaxLine + 2);
            Base64.EncodeToUtf8(chunk, line, out _, out var written);
            line[written++] = (byte)'\r';
            line[written++] = (byte)'\n';
            to.Advance(written);
            canonical = canonical[chunk.Length..];
        }
    }

    /// <summary>Writes quoted-printable; the last line is ended too.</summary>
    public static void WriteQuotedPrintable(ReadOnlySpan<byte> canonical, IBufferWriter<byte> to)
    {
        var line = to.GetSpan(MaxLine + 2);
        var used = 0;
        for (var i = 0; i < canonical.Length; i++)
        {
            var b = canonical[i];
            if (b == '\r' && i + 1 < canonical.Length && canonical[i + 1] == '\n')
            {
                i++;
                EndLine(ref line, ref used, to);
                continue;
            }

            var literal = b is > 0x20 and < 0x7f and not (byte)'=' || b is (byte)' ' or (byte)'\t' && !EndsLine(canonical, i + 1);
            var needed = literal ? 1 : 3;
            if (used + needed > (EndsLine(canonical, i + 1) ? MaxLine : MaxLine - 1))
            {
                line[used++] = (byte)'=';
                EndLine(ref line, ref used, to);
            }
            if (literal)
            {
                line[used++] = b;
                continue;
            }
            line[used++] = (byte)'=';
            line[used++] = Hex(b >> 4);
            line[used++] = Hex(b & 0xf);
        }
        if (used > 0)
            EndLine(ref line, ref used, to);
    }

    private static void EndLine(ref Span<byte> line, ref int used, IBufferWriter<byte> to)
    {
        line[used++] = (byte)'\r';
        line[used++] = (byte)'\n';
        to.Advance(used);
        line = to.GetSpan(MaxLine + 2);
        used = 0;
    }

    private static bool EndsLine(ReadOnlySpan<byte> text, int next) =>
        next >= text.Length || text[next] == '\r' && next + 1 < text.Length && text[next + 1] == '\n';

    private static byte Hex(int nibble) => (byte)(nibble < 10 ? '0' + nibble : 'A' + nibble - 10);
}
