using System.Globalization;

namespace Transponder.TaskTool;

/// <summary>Times as people write them: <c>30m</c>, <c>1h30m</c>, <c>1.5s</c>, <c>250ms</c>, <c>2d</c>; a bare number is seconds.</summary>
internal static class DurationText
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    public static bool TryParse(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        var rest = text.AsSpan().Trim();
        if (rest.Length == 0)
            return false;
        double seconds = 0;
        while (rest.Length > 0)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
                digits++;
            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            rest = rest[digits..];
            var letters = 0;
            while (letters < rest.Length && char.IsAsciiLetter(rest[letters]))
                letters++;
            var unit = letters == 0 && rest.Length == 0 && seconds == 0 ? "s" : rest[..letters].ToString();
            var known = Array.Find(Units, one => one.Unit == unit);
            if (known.Unit is null)
                return false;
            seconds += number * known.Seconds;
            rest = rest[letters..];
        }
        if (seconds > TimeSpan.FromDays(365).TotalSeconds)
            return false;
        time = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
