using System.Globalization;

namespace Transponder.Client.Values;

/// <summary>Times and durations as protobuf's JSON writes them: <c>2024-01-02T03:04:05.6Z</c> and <c>5400.5s</c>.</summary>
internal static class JsonTime
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>The time; null when the text is none, or leaves its zone open.</summary>
    public static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The duration; null when the text is none.</summary>
    public static TimeSpan? Duration(string text) =>
        text.EndsWith('s')
        && decimal.TryParse(
            text[..^1],
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var seconds
        )
        && Math.Abs(seconds) <= 315_576_000_000m
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;
}
