using System.Globalization;
using Google.Protobuf.Reflection;
using Transponder.Core.Catalog;

namespace Transponder.Core.Lists;

/// <summary>How the operands of filters are read, for each type of column; what cannot be read is <see cref="Protocol.StatusCode.InvalidArgument"/>.</summary>
public static class FieldValue
{
    /// <summary>A text, as it is.</summary>
    /// <param name="text">The operand.</param>
    public static object Text(string text) => text;

    /// <summary>A moment in RFC 3339, as <see cref="DateTimeOffset"/>.</summary>
    /// <param name="text">The operand.</param>
    public static object Moment(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
            text.Contains('T', StringComparison.OrdinalIgnoreCase)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw IdentifierRules.Invalid($"timestamp {text} must conform to RFC 3339, e.g. 2024-01-02T03:04:05Z");
    }

    /// <summary>A duration, in seconds or as <c>1h30m</c>, as microseconds.</summary>
    /// <param name="text">The operand.</param>
    public static object Microseconds(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            return Bounded(seconds * 1e6, text);
        return GoDuration.TryParse(text, out var microseconds)
            ? Bounded(microseconds, text)
            : throw IdentifierRules.Invalid($"failed to parse duration [{text}]: seconds, or a text such as 1h30m");
    }

    /// <summary>A whole number.</summary>
    /// <param name="text">The operand.</param>
    public static object Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw IdentifierRules.Invalid($"{text} is no whole number");

    /// <summary>The number of an enum's value, which may be given by number or by name.</summary>
    /// <param name="type">The enum.</param>
    public static Func<string, object> NumberOf(EnumDescriptor type) =>
        text =>
        {
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return number;
            return type.FindValueByName(text.ToUpperInvariant()) is { } value
                ? (long)value.Number
                : throw IdentifierRules.Invalid(
                    $"{text} is no {type.Name}; known are {string.Join(", ", type.Values.Select(v => $"{v.Name} ({v.Number})"))}"
                );
        };

    private static long Bounded(double microseconds, string text) =>
        Math.Abs(microseconds) < 9e18 ? (long)microseconds : throw IdentifierRules.Invalid($"duration [{text}] is out of range");
}
