using Flyteidl.Core;

namespace Transponder.Client.Values;

/// <summary>Types and values in words, for those who read what was wrong.</summary>
internal static class LiteralTypeName
{
    private const int LongestText = 40;

    public static string Of(LiteralType type) =>
        type.TypeCase switch
        {
            LiteralType.TypeOneofCase.Simple => Of(type.Simple),
            LiteralType.TypeOneofCase.CollectionType => $"a list, each {Of(type.CollectionType)}",
            LiteralType.TypeOneofCase.MapValueType => $"a map, each {Of(type.MapValueType)}",
            LiteralType.TypeOneofCase.Blob =>
                $"a {(type.Blob.Dimensionality == BlobType.Types.BlobDimensionality.Multipart ? "directory" : "file")}{Format(type.Blob.Format)}",
            LiteralType.TypeOneofCase.EnumType => $"one of {string.Join(", ", type.EnumType.Values)}",
            LiteralType.TypeOneofCase.UnionType => string.Join(" or ", type.UnionType.Variants.Select(Of)),
            LiteralType.TypeOneofCase.Schema => "a schema",
            LiteralType.TypeOneofCase.StructuredDatasetType => $"a structured dataset{Format(type.StructuredDatasetType.Format)}",
            _ => "nothing that can be told",
        };

    public static string OfValue(object? value) =>
        value switch
        {
            null => "nothing",
            string text => $"the text \"{(text.Length > LongestText ? text[..LongestText] + "…" : text)}\"",
            bool flag => flag ? "true" : "false",
            byte[] => "bytes",
            BlobReference blob => $"a {(blob.IsDirectory ? "directory" : "file")}{Format(blob.Format)}",
            Enum constant => $"the constant {constant}",
            IFormattable number when LiteralWriter.IsNumber(value) =>
                $"the number {number.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}",
            _ => $"a value of type {value.GetType().Name}",
        };

    private static string Of(SimpleType type) =>
        type switch
        {
            SimpleType.None => "nothing",
            SimpleType.Integer => "an integer",
            SimpleType.Float => "a number",
            SimpleType.String => "text",
            SimpleType.Boolean => "a boolean",
            SimpleType.Datetime => "a time",
            SimpleType.Duration => "a duration",
            SimpleType.Binary => "bytes",
            SimpleType.Error => "an error",
            SimpleType.Struct => "a JSON object",
            _ => type.ToString(),
        };

    private static string Format(string? format) => string.IsNullOrEmpty(format) ? "" : $" of format {format}";
}
