using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Transponder.Server.Commands.Terminal;

/// <summary>Moments and spans as people write and read them: UTC, ISO 8601.</summary>
internal static class Moments
{
    public static string Text(Timestamp? moment) => moment is null ? "" : Text(moment.ToDateTimeOffset());

    public static string Text(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Precise(Timestamp? moment) =>
        moment is null ? "" : moment.ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An option that takes a moment, or how long ago it was.</summary>
    public static Option<string> Option(string name, string description) =>
        new(name) { Description = $"{description} A time such as 2026-01-31T08:00:00Z, or how long ago: 30m, 6h, 2d.", HelpName = "TIME" };

    /// <summary>The moment that an option names; null when it is absent.</summary>
    public static Timestamp? Read(ParseResult arguments, Option<string> option, TimeProvider time) =>
        arguments.GetValue(option) is { } text ? Timestamp.FromDateTimeOffset(Parse(text, option.Name, time)) : null;

    private static DateTimeOffset Parse(string text, string option, TimeProvider time)
    {
        if (text.Length > 1 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var seconds = text[^1] switch
            {
                's' => number,
                'm' => number * 60,
                'h' => number * 3600,
                'd' => number * 86_400,
                _ => -1,
            };
            if (seconds is >= 0 and < 3e9)
                return time.GetUtcNow() - TimeSpan.FromSeconds(seconds);
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var moment)
            ? moment
            : throw new UsageFailure($"{option}: \"{text}\" is no time; write 2026-01-31T08:00:00Z, or how long ago: 30m, 6h, 2d");
    }
}
