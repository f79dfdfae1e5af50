namespace Transponder.Core.Data;

/// <summary>RFC 4648's base32, as upstream writes digests into paths.</summary>
internal static class Base32
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length + 4) / 5 * 8];
        Array.Fill(text, '=');
        var (bits, pending, at) = (0, 0, 0);
        foreach (var value in bytes)
        {
            (pending, bits) = ((pending << 8) | value, bits + 8);
            while (bits >= 5)
                text[at++] = Letters[(pending >> (bits -= 5)) & 31];
            pending &= (1 << bits) - 1;
        }

        if (bits > 0)
            text[at] = Letters[(pending << (5 - bits)) & 31];
        return new string(text);
    }
}
