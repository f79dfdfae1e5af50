using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Transponder.Protocol.CloudEvents;

/// <summary>The attribute <c>time</c> as text: RFC 3339 in UTC, as many digits of the fraction as it has (core specification, 3.1.2).</summary>
internal static class CloudEventTime
{
    public const int LongestText = 30;

    private const int NanosPerTick = 100;

    public static string Format(DateTimeOffset time, int nanosBeyond)
    {
        Span<byte> buffer = stackalloc byte[LongestText];
        return Encoding.ASCII.GetString(buffer[..Format(buffer, time, nanosBeyond)]);
    }

    /// <summary>Writes the text and answers its length.</summary>
    public static int Format(Span<byte> destination, DateTimeOffset time, int nanosBeyond)
    {
        var utc = time.UtcDateTime;
        utc.TryFormat(destination, out var length, "s", CultureInfo.InvariantCulture);
        var nanos = Nanos(time, nanosBeyond);
        if (nanos > 0)
        {
            destination[length] = (byte)'.';
            Utf8Formatter.TryFormat(nanos, destination[(length + 1)..], out var digits, new System.Buffers.StandardFormat('D', 9));
            length += 1 + destination.Slice(length + 1, digits).TrimEnd((byte)'0').Length;
        }

        destination[length] = (byte)'Z';
        return length + 1;
    }

    public static int Nanos(DateTimeOffset time, int nanosBeyond) =>
        ((int)(time.UtcTicks % TimeSpan.TicksPerSecond) * NanosPerTick) + nanosBeyond;

    /// <summary>Seconds since 1970, rounded towards the past.</summary>
    public static long Seconds(DateTimeOffset time) =>
        (time.UtcTicks / TimeSpan.TicksPerSecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond);
}
