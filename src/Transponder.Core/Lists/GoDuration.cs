using System.Globalization;
using System.Text.RegularExpressions;

namespace Transponder.Core.Lists;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>250ms</c>.</summary>
public static partial class GoDuration
{
    private static readonly Dictionary<string, double> Microseconds = new(StringComparer.Ordinal)
    {
        ["ns"] = 1e-3,
        ["us"] = 1,
        ["µs"] = 1,
        ["ms"] = 1e3,
        ["s"] = 1e6,
        ["m"] = 60e6,
        ["h"] = 3600e6,
    };

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text.</param>
    /// <param name="microseconds">The duration in microseconds.</param>
    public static bool TryParse(string text, out double microseconds)
    {
        ArgumentNullException.ThrowIfNull(text);
        microseconds = 0;
        if (!Whole().IsMatch(text))
            return false;
        foreach (Match part in Part().Matches(text))
        {
            var number = double.Parse(part.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
            microseconds += number * Microseconds[part.Groups["unit"].Value];
        }
        if (text[0] == '-')
            microseconds = -microseconds;
        return true;
    }

    [GeneratedRegex(@"^[-+]?([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(?<number>[0-9]+(\.[0-9]+)?)(?<unit>ns|us|µs|ms|s|m|h)")]
    private static partial Regex Part();
}
