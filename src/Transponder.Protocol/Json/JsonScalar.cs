using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Transponder.Protocol.Json;

/// <summary>Field values from text, as they stand in JSON strings and numbers, map keys, path segments and query parameters.</summary>
internal static class JsonScalar
{
    /// <summary>The value as the field's accessor wants it; null if the text does not say one.</summary>
    public static object? Parse(FieldDescriptor field, string text) =>
        field.FieldType switch
        {
            FieldType.String => text,
            FieldType.Bool => text switch
            {
                "true" => true,
                "false" => false,
                _ => null,
            },
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => Integer(text) is { } n && n >= int.MinValue && n <= int.MaxValue
                ? (int)n
                : null,
            FieldType.UInt32 or FieldType.Fixed32 => Integer(text) is { } n && n >= uint.MinValue && n <= uint.MaxValue ? (uint)n : null,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Integer(text) is { } n && n >= long.MinValue && n <= long.MaxValue
                ? (long)n
                : null,
            FieldType.UInt64 or FieldType.Fixed64 => Integer(text) is { } n && n >= ulong.MinValue && n <= ulong.MaxValue ? (ulong)n : null,
            FieldType.Double => Floating(text),
            FieldType.Float => Floating(text) is { } d && (!float.IsInfinity((float)d) || double.IsInfinity(d)) ? (float)d : null,
            FieldType.Bytes => Bytes(text),
            FieldType.Enum => EnumNumber(field.EnumType, text),
            FieldType.Message => WellKnown(field.MessageType, text),
            _ => null,
        };

    public static ByteString? Bytes(string text)
    {
        var plain = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var padded = plain.PadRight((plain.Length + 3) / 4 * 4, '=');
        var buffer = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, buffer, out var length) ? ByteString.CopyFrom(buffer, 0, length) : null;
    }

    public static FieldMask Mask(string text)
    {
        var mask = new FieldMask();
        foreach (var path in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            mask.Paths.Add(string.Concat(path.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : c.ToString())));
        }

        return mask;
    }

    private static object? WellKnown(MessageDescriptor type, string text) =>
        WellKnownTypes.KindOf(type) switch
        {
            WellKnownKind.Timestamp => JsonTime.ParseTimestamp(text),
            WellKnownKind.Duration => JsonTime.ParseDuration(text),
            WellKnownKind.FieldMask => Mask(text),
            WellKnownKind.Wrapper => Parse(type.FindFieldByNumber(1), text),
            WellKnownKind.Value => Value.ForString(text),
            _ => null,
        };

    private static int? EnumNumber(EnumDescriptor type, string text)
    {
        if (type.FindValueByName(text) is { } exact)
        {
            return exact.Number;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return type.Values.FirstOrDefault(value => value.Name.Equals(text, StringComparison.OrdinalIgnoreCase))?.Number;
    }

    private static Int128? Integer(string text)
    {
        if (Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        const NumberStyles Scientific = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return decimal.TryParse(text, Scientific, CultureInfo.InvariantCulture, out var exact) && decimal.IsInteger(exact)
            ? (Int128)exact
            : null;
    }

    private static double? Floating(string text) =>
        text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.TryParse(
                text,
                NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out var value
            ) && double.IsFinite(value)
                ? value
                : null,
        };
}
