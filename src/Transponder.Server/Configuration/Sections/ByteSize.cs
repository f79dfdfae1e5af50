using System.Globalization;
using System.Text.RegularExpressions;

namespace Transponder.Server.Configuration.Sections;

/// <summary>Sizes as Kubernetes writes them: <c>6Mi</c>, <c>500M</c>, <c>1Gi</c>.</summary>
internal static partial class ByteSize
{
    private const long Largest = 1L << 50;

    public static long Read(ConfigSection section, string key, long fallback) => Read(section, key) ?? fallback;

    /// <summary>Null when nothing is written, or when it is wrong, which is noted.</summary>
    public static long? Read(ConfigSection section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        if (
            Quantity().Match(text) is { Success: true } match
            && long.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number)
            && number > 0
            && number <= Largest / UnitOf(match.Groups[2].Value)
        )
            return number * UnitOf(match.Groups[2].Value);
        section.Error(key, $"\"{text}\" is not a size such as 6Mi, 500M or 1Gi");
        return null;
    }

    private static long UnitOf(string unit) =>
        unit switch
        {
            "" => 1L,
            "k" => 1_000,
            "M" => 1_000_000,
            "G" => 1_000_000_000,
            "T" => 1_000_000_000_000,
            "Ki" => 1L << 10,
            "Mi" => 1L << 20,
            "Gi" => 1L << 30,
            _ => 1L << 40,
        };

    [GeneratedRegex("^([0-9]{1,15})(|k|M|G|T|Ki|Mi|Gi|Ti)$")]
    private static partial Regex Quantity();
}
