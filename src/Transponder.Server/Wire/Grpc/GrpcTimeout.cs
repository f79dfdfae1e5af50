namespace Transponder.Server.Wire.Grpc;

/// <summary>The <c>grpc-timeout</c> header: up to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (
            text.Length is < 2 or > 9
            || !long.TryParse(text.AsSpan(0, text.Length - 1), System.Globalization.NumberStyles.None, null, out var n)
        )
        {
            return false;
        }

        long? ticks = text[^1] switch
        {
            'H' => n * TimeSpan.TicksPerHour,
            'M' => n * TimeSpan.TicksPerMinute,
            'S' => n * TimeSpan.TicksPerSecond,
            'm' => n * TimeSpan.TicksPerMillisecond,
            'u' => n * TimeSpan.TicksPerMicrosecond,
            'n' => n / TimeSpan.NanosecondsPerTick,
            _ => null,
        };

        // A timer takes at most 49 days; a longer wish is as good as that.
        timeout = TimeSpan.FromTicks(Math.Min(ticks ?? 0, 40 * TimeSpan.TicksPerDay));
        return ticks is not null;
    }
}
