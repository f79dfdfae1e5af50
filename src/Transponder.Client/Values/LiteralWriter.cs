using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Enum = System.Enum;

namespace Transponder.Client.Values;

/// <summary>Writes values as literals of the types that an interface expects, and collects whatever does not fit, each with its path.</summary>
internal sealed class LiteralWriter
{
    // Beyond this not every integer is a double.
    private const long LargestExact = 1L << 53;

    private readonly List<string> problems = [];

    /// <summary>Notes what is wrong.</summary>
    public void Refuse(string path, string problem) => problems.Add($"{path}: {problem}");

    /// <summary>Throws when anything was wrong.</summary>
    public void ThrowIfInvalid()
    {
        if (problems.Count > 0)
            throw new InvalidInputsException(problems);
    }

    public static bool IsNumber(object? value) =>
        value is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal;

    /// <summary>The literal; an empty one when the value does not fit.</summary>
    public Literal Write(object? value, LiteralType type, string path) =>
        value switch
        {
            Literal literal => literal,
            JsonElement
            or JsonNode
            or JsonDocument when type.TypeCase != LiteralType.TypeOneofCase.Simple || type.Simple != SimpleType.Struct => WriteJson(
                value,
                type,
                path
            ),
            _ => type.TypeCase switch
            {
                LiteralType.TypeOneofCase.Simple => WriteSimple(value, type, path),
                LiteralType.TypeOneofCase.CollectionType => WriteList(value, type, path),
                LiteralType.TypeOneofCase.MapValueType => WriteMap(value, type, path),
                LiteralType.TypeOneofCase.EnumType => WriteEnum(value, type, path),
                LiteralType.TypeOneofCase.UnionType => WriteUnion(value, type, path),
                LiteralType.TypeOneofCase.Blob => WriteBlob(value, type, path),
                LiteralType.TypeOneofCase.Schema => WriteSchema(value, type, path),
                LiteralType.TypeOneofCase.StructuredDatasetType => WriteDataset(value, type, path),
                _ => Unfit(value, type, path),
            },
        };

    // JSON that stands for a plain value, such as a number from a file, is that value.
    private Literal WriteJson(object json, LiteralType type, string path)
    {
        var plain = JsonStruct.Plain(JsonStruct.Element(json));
        if (plain is string text && type.TypeCase == LiteralType.TypeOneofCase.Simple)
            plain = type.Simple switch
            {
                SimpleType.Datetime => JsonTime.Time(text) ?? plain,
                SimpleType.Duration => JsonTime.Duration(text) ?? plain,
                _ => plain,
            };
        return plain is JsonElement ? Unfit(plain, type, path) : Write(plain, type, path);
    }

    private Literal WriteSimple(object? value, LiteralType type, string path) =>
        (type.Simple, value) switch
        {
            (SimpleType.None, null) => new() { Scalar = new Scalar { NoneType = new Flyteidl.Core.Void() } },
            (SimpleType.Integer, sbyte or byte or short or ushort or int or uint or long) => Primitive(
                new() { Integer = Convert.ToInt64(value, CultureInfo.InvariantCulture) }
            ),
            (SimpleType.Integer, ulong and <= long.MaxValue) => Primitive(new() { Integer = (long)(ulong)value }),
            (SimpleType.Float, float or double or decimal) => Primitive(
                new() { FloatValue = Convert.ToDouble(value, CultureInfo.InvariantCulture) }
            ),
            (SimpleType.Float, sbyte or byte or short or ushort or int or uint or (long and >= -LargestExact and <= LargestExact)) =>
                Primitive(new() { FloatValue = Convert.ToDouble(value, CultureInfo.InvariantCulture) }),
            (SimpleType.String, string text) => Primitive(new() { StringValue = text }),
            (SimpleType.String, Enum constant) => Primitive(new() { StringValue = constant.ToString() }),
            (SimpleType.Boolean, bool flag) => Primitive(new() { Boolean = flag }),
            (SimpleType.Datetime, DateTimeOffset time) => Primitive(new() { Datetime = time.ToTimestamp() }),
            (SimpleType.Datetime, DateTime { Kind: not DateTimeKind.Unspecified } time) => Primitive(
                new() { Datetime = time.ToUniversalTime().ToTimestamp() }
            ),
            (SimpleType.Datetime, DateTime) => Refused(path, "the time says neither UTC nor local; a DateTimeOffset leaves no doubt"),
            (SimpleType.Duration, TimeSpan span) => Primitive(new() { Duration = span.ToDuration() }),
            (SimpleType.Binary, byte[] bytes) => Bytes(bytes),
            (SimpleType.Binary, ReadOnlyMemory<byte> bytes) => Bytes(bytes.Span),
            (SimpleType.Struct, not null) when !IsNumber(value) && value is not (string or bool) => WriteStruct(value, type, path),
            _ => Unfit(value, type, path),
        };

    private Literal WriteStruct(object value, LiteralType type, string path)
    {
        try
        {
            return JsonStruct.Element(value) is { ValueKind: JsonValueKind.Object } json
                ? new() { Scalar = new Scalar { Generic = JsonStruct.Of(json) } }
                : Unfit(value, type, path);
        }
        catch (Exception error) when (error is NotSupportedException or JsonException or ArgumentException)
        {
            return Refused(path, $"{LiteralTypeName.OfValue(value)} cannot be written as JSON: {error.Message}");
        }
    }

    private Literal WriteList(object? value, LiteralType type, string path)
    {
        if (value is not IEnumerable list || value is string or byte[] or IDictionary)
            return Unfit(value, type, path);
        var collection = new LiteralCollection();
        foreach (var element in list)
            collection.Literals.Add(Write(element, type.CollectionType, $"{path}[{collection.Literals.Count}]"));
        return new Literal { Collection = collection };
    }

    private Literal WriteMap(object? value, LiteralType type, string path)
    {
        if (MapEntries.Of(value) is not { } entries)
            return Unfit(value, type, path);
        var map = new LiteralMap();
        foreach (var (key, element) in entries)
            map.Literals[key] = Write(element, type.MapValueType, $"{path}[\"{key}\"]");
        return new Literal { Map = map };
    }

    private Literal WriteEnum(object? value, LiteralType type, string path)
    {
        var text = value is Enum constant ? constant.ToString() : value as string;
        return text is not null && type.EnumType.Values.Contains(text) ? Primitive(new() { StringValue = text }) : Unfit(value, type, path);
    }

    /// <summary>The variant that is natural for the value, else the first that takes it.</summary>
    private Literal WriteUnion(object? value, LiteralType type, string path)
    {
        var natural = LiteralInference.Of(value);
        var variants = type.UnionType.Variants.OrderByDescending(variant =>
            variant.TypeCase == natural.TypeCase && variant.Simple == natural.Simple
        );
        foreach (var variant in variants)
        {
            var attempt = new LiteralWriter();
            var literal = attempt.Write(value, variant, path);
            if (attempt.problems.Count == 0)
                return new()
                {
                    Scalar = new Scalar
                    {
                        Union = new Union { Value = literal, Type = variant },
                    },
                };
        }
        return Unfit(value, type, path);
    }

    private Literal WriteBlob(object? value, LiteralType type, string path)
    {
        var directory = type.Blob.Dimensionality == BlobType.Types.BlobDimensionality.Multipart;
        return value is BlobReference blob && blob.IsDirectory == directory && (blob.Format ?? type.Blob.Format) == type.Blob.Format
            ? new()
            {
                Scalar = new Scalar
                {
                    Blob = new Blob
                    {
                        Uri = blob.Uri,
                        Metadata = new BlobMetadata { Type = type.Blob },
                    },
                },
            }
            : Unfit(value, type, path);
    }

    private Literal WriteSchema(object? value, LiteralType type, string path) =>
        value is DatasetReference table
            ? new()
            {
                Scalar = new Scalar
                {
                    Schema = new Schema { Uri = table.Uri, Type = type.Schema },
                },
            }
            : Unfit(value, type, path);

    private Literal WriteDataset(object? value, LiteralType type, string path)
    {
        if (value is not DatasetReference table)
            return Unfit(value, type, path);
        var written = type.StructuredDatasetType.Clone();
        written.Format = table.Format ?? written.Format;
        return new()
        {
            Scalar = new Scalar
            {
                StructuredDataset = new StructuredDataset
                {
                    Uri = table.Uri,
                    Metadata = new StructuredDatasetMetadata { StructuredDatasetType = written },
                },
            },
        };
    }

    private Literal Unfit(object? value, LiteralType type, string path) =>
        Refused(path, $"expected {LiteralTypeName.Of(type)}, got {LiteralTypeName.OfValue(value)}");

    private Literal Refused(string path, string problem)
    {
        Refuse(path, problem);
        return new Literal();
    }

    private static Literal Bytes(ReadOnlySpan<byte> bytes) =>
        new() { Scalar = new Scalar { Binary = new Binary { Value = ByteString.CopyFrom(bytes) } } };

    private static Literal Primitive(Primitive primitive) => new() { Scalar = new Scalar { Primitive = primitive } };
}
