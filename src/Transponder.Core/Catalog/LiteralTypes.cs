using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;

namespace Transponder.Core.Catalog;

/// <summary>The types of literals, and which type may stand where another is expected, by Flyte's rules.</summary>
public static class LiteralTypes
{
    private const string MessagePack = "msgpack";

    /// <summary>The type of a literal; null when it has no value, or none whose type can be told.</summary>
    /// <param name="literal">The literal.</param>
    public static LiteralType? Of(Literal literal)
    {
        ArgumentNullException.ThrowIfNull(literal);
        return literal.ValueCase switch
        {
            Literal.ValueOneofCase.Scalar => Of(literal.Scalar),
            Literal.ValueOneofCase.Collection => Common(literal.Collection.Literals) is { } inner
                ? new LiteralType { CollectionType = inner }
                : null,
            Literal.ValueOneofCase.Map => Common(literal.Map.Literals.Values) is { } inner
                ? new LiteralType { MapValueType = inner }
                : null,
            Literal.ValueOneofCase.OffloadedMetadata => literal.OffloadedMetadata.InferredType,
            _ => null,
        };
    }

    /// <summary>The type of a scalar; null when it has no value.</summary>
    /// <param name="scalar">The scalar.</param>
    public static LiteralType? Of(Scalar scalar)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        return scalar.ValueCase switch
        {
            Scalar.ValueOneofCase.Primitive => Of(scalar.Primitive),
            Scalar.ValueOneofCase.Blob => scalar.Blob.Metadata is { } metadata ? new() { Blob = metadata.Type ?? new BlobType() } : null,
            Scalar.ValueOneofCase.Binary => Simple(scalar.Binary.Tag == MessagePack ? SimpleType.Struct : SimpleType.Binary),
            Scalar.ValueOneofCase.Schema => new() { Schema = scalar.Schema.Type ?? new SchemaType() },
            Scalar.ValueOneofCase.NoneType => Simple(SimpleType.None),
            Scalar.ValueOneofCase.Error => Simple(SimpleType.Error),
            Scalar.ValueOneofCase.Generic => Simple(SimpleType.Struct),
            Scalar.ValueOneofCase.StructuredDataset => new()
            {
                StructuredDatasetType = scalar.StructuredDataset.Metadata?.StructuredDatasetType ?? new StructuredDatasetType(),
            },
            Scalar.ValueOneofCase.Union => scalar.Union.Type is { } type ? new() { UnionType = new() { Variants = { type } } } : null,
            _ => null,
        };
    }

    /// <summary>True when a value of one type may be given where another is expected.</summary>
    /// <param name="from">The value's type.</param>
    /// <param name="to">The type that is expected.</param>
    public static bool Fits(LiteralType from, LiteralType to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (from.UnionType is { Variants.Count: 1 } single && Fits(single.Variants[0], to))
            return true;
        return to.TypeCase switch
        {
            LiteralType.TypeOneofCase.CollectionType => from.CollectionType is { } inner
                && (IsNone(inner) || Fits(inner, to.CollectionType)),
            LiteralType.TypeOneofCase.MapValueType => from.MapValueType is { } inner && (IsNone(inner) || Fits(inner, to.MapValueType)),
            LiteralType.TypeOneofCase.UnionType => FitsUnion(from, to.UnionType),
            LiteralType.TypeOneofCase.Schema => IsTable(from),
            LiteralType.TypeOneofCase.StructuredDatasetType => IsNone(from) || IsTable(from),
            _ when IsNone(to) => IsNone(from),
            _ => FitsPlainly(from, to),
        };
    }

    /// <summary>True when a variable of the type may be left unbound: a union with none.</summary>
    /// <param name="type">The type.</param>
    public static bool IsOptional(LiteralType? type) => type?.UnionType is { } union && union.Variants.Any(IsNone);

    /// <summary>A type in a few words.</summary>
    /// <param name="type">The type.</param>
    public static string Describe(LiteralType? type) =>
        type?.TypeCase switch
        {
            null or LiteralType.TypeOneofCase.None => "nothing",
            LiteralType.TypeOneofCase.Simple => type.Simple.ToString().ToUpperInvariant(),
            LiteralType.TypeOneofCase.CollectionType => $"list of {Describe(type.CollectionType)}",
            LiteralType.TypeOneofCase.MapValueType => $"map of {Describe(type.MapValueType)}",
            LiteralType.TypeOneofCase.EnumType => $"one of {string.Join("|", type.EnumType.Values)}",
            LiteralType.TypeOneofCase.UnionType => $"either {string.Join(" or ", type.UnionType.Variants.Select(Describe))}",
            LiteralType.TypeOneofCase.Blob => $"blob {type.Blob.Format}".TrimEnd(),
            _ => type.TypeCase.ToString(),
        };

    private static LiteralType Of(Primitive primitive) =>
        Simple(
            primitive.ValueCase switch
            {
                Primitive.ValueOneofCase.Integer => SimpleType.Integer,
                Primitive.ValueOneofCase.FloatValue => SimpleType.Float,
                Primitive.ValueOneofCase.StringValue => SimpleType.String,
                Primitive.ValueOneofCase.Boolean => SimpleType.Boolean,
                Primitive.ValueOneofCase.Datetime => SimpleType.Datetime,
                Primitive.ValueOneofCase.Duration => SimpleType.Duration,
                _ => SimpleType.None,
            }
        );

    private static LiteralType? Common(IEnumerable<Literal> literals)
    {
        var types = new List<LiteralType>();
        foreach (var literal in literals)
        {
            if (Of(literal) is not { } type)
                return null;
            if (!types.Contains(type))
                types.Add(type);
        }
        return types.Count switch
        {
            0 => Simple(SimpleType.None),
            1 => types[0],
            _ => new LiteralType { UnionType = new UnionType { Variants = { types } } },
        };
    }

    private static LiteralType Simple(SimpleType type) => new() { Simple = type };

    private static bool IsNone(LiteralType type) => type.TypeCase == LiteralType.TypeOneofCase.Simple && type.Simple == SimpleType.None;

    private static bool FitsUnion(LiteralType from, UnionType to) =>
        from.UnionType is { } union
            ? union.Variants.All(u => to.Variants.Any(v => Fits(u, v)))
            : to.Variants.Count(v => Fits(from, v)) == 1;

    // Which columns a table really has is known only when it is read, so types alone decide.
    private static bool IsTable(LiteralType type) =>
        type.TypeCase is LiteralType.TypeOneofCase.Schema or LiteralType.TypeOneofCase.StructuredDatasetType;

    private static bool FitsPlainly(LiteralType from, LiteralType to)
    {
        if (
            from.TypeCase == LiteralType.TypeOneofCase.EnumType
            && to.TypeCase == LiteralType.TypeOneofCase.Simple
            && to.Simple == SimpleType.String
        )
            return true;
        if (
            to.TypeCase == LiteralType.TypeOneofCase.EnumType
            && from.TypeCase == LiteralType.TypeOneofCase.Simple
            && from.Simple == SimpleType.String
        )
            return true;
        var tag = from.Structure?.Tag ?? "";
        if (tag.Length > 0 && tag != (to.Structure?.Tag ?? ""))
            return false;
        return Bare(from).Equals(Bare(to));
    }

    private static LiteralType Bare(LiteralType type)
    {
        var bare = type.Clone();
        bare.Metadata = new Struct();
        bare.Annotation = new TypeAnnotation();
        bare.Structure = new TypeStructure();
        return bare;
    }
}
