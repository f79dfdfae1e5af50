using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;

namespace Transponder.Protocol.Json;

/// <summary>Timestamps and durations as proto3 JSON spells them: 0, 3, 6 or 9 fraction digits. What lies out of range is written as the nearest end of it.</summary>
internal static class JsonTime
{
    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;
    private const long MaxDurationSeconds = 315_576_000_000;
    private const int NanosPerSecond = 1_000_000_000;

    public const int LongestTime = 30;

    public static string Format(Timestamp value)
    {
        Span<byte> text = stackalloc byte[LongestTime];
        return Encoding.ASCII.GetString(text[..Format(text, value.Seconds, value.Nanos)]);
    }

    /// <summary>Writes a timestamp's text and answers its length.</summary>
    public static int Format(Span<byte> destination, long seconds, int nanos)
    {
        (seconds, nanos) = seconds switch
        {
            < MinSeconds => (MinSeconds, 0),
            > MaxSeconds => (MaxSeconds, NanosPerSecond - 1),
            _ => (seconds, Math.Clamp(nanos, 0, NanosPerSecond - 1)),
        };
        var time = DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond);
        time.TryFormat(destination, out var length, "s", CultureInfo.InvariantCulture);
        if (nanos != 0)
        {
            var (fraction, digits) =
                nanos % 1_000_000 == 0 ? (nanos / 1_000_000, (byte)3)
                : nanos % 1_000 == 0 ? (nanos / 1_000, (byte)6)
                : (nanos, (byte)9);
            destination[length++] = (byte)'.';
            Utf8Formatter.TryFormat(fraction, destination[length..], out var written, new StandardFormat('D', digits));
            length += written;
        }
        destination[length++] = (byte)'Z';
        return length;
    }

    public static string Format(Duration value)
    {
        var total = Int128.Clamp(
            ((Int128)value.Seconds * NanosPerSecond) + value.Nanos,
            -(Int128)MaxDurationSeconds * NanosPerSecond,
            (Int128)MaxDurationSeconds * NanosPerSecond
        );
        var (seconds, nanos) = Int128.DivRem(Int128.Abs(total), NanosPerSecond);
        return (total < 0 ? "-" : "") + seconds.ToString(CultureInfo.InvariantCulture) + Fraction((int)nanos) + "s";
    }

    public static Timestamp? ParseTimestamp(string text)
    {
        text = text.ToUpperInvariant();
        if (!TryCutFraction(ref text, out var nanos) || text.Length < 20)
        {
            return null;
        }

        var ok = DateTimeOffset.TryParseExact(
            text,
            "yyyy-MM-dd'T'HH:mm:ssK",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        );
        return ok ? new Timestamp { Seconds = time.ToUnixTimeSeconds(), Nanos = nanos } : null;
    }

    public static Duration? ParseDuration(string text)
    {
        if (!text.EndsWith('s') || !TryCutFraction(ref text, out var nanos))
        {
            return null;
        }

        var ok = long.TryParse(
            text.AsSpan(0, text.Length - 1),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var seconds
        );
        return ok && Math.Abs(seconds) <= MaxDurationSeconds
            ? new Duration { Seconds = seconds, Nanos = text.StartsWith('-') ? -nanos : nanos }
            : null;
    }

    private static string Fraction(int nanos) =>
        nanos switch
        {
            0 => "",
            _ when nanos % 1_000_000 == 0 => "." + (nanos / 1_000_000).ToString("D3", CultureInfo.InvariantCulture),
            _ when nanos % 1_000 == 0 => "." + (nanos / 1_000).ToString("D6", CultureInfo.InvariantCulture),
            _ => "." + nanos.ToString("D9", CultureInfo.InvariantCulture),
        };

    /// <summary>Takes ".123" out of the text; false if what follows the point is not 1 to 9 digits.</summary>
    private static bool TryCutFraction(ref string text, out int nanos)
    {
        nanos = 0;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
        {
            return true;
        }

        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var digits = text[(point + 1)..end];
        text = string.Concat(text.AsSpan(0, point), text.AsSpan(end));
        return digits.Length is > 0 and <= 9
            && int.TryParse(digits.PadRight(9, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out nanos);
    }
}
