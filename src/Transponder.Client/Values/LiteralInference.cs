using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Flyteidl.Core;

namespace Transponder.Client.Values;

/// <summary>The type that is natural for a value, where no interface says which one is meant.</summary>
internal static class LiteralInference
{
    public static LiteralType Of(object? value) =>
        value switch
        {
            Literal literal => OfPrimitive(literal.Scalar?.Primitive),
            null => Simple(SimpleType.None),
            string => Simple(SimpleType.String),
            bool => Simple(SimpleType.Boolean),
            sbyte or byte or short or ushort or int or uint or long or ulong => Simple(SimpleType.Integer),
            float or double or decimal => Simple(SimpleType.Float),
            DateTimeOffset or DateTime => Simple(SimpleType.Datetime),
            TimeSpan => Simple(SimpleType.Duration),
            byte[] or ReadOnlyMemory<byte> => Simple(SimpleType.Binary),
            Enum constant => new LiteralType { EnumType = new EnumType { Values = { Enum.GetNames(constant.GetType()) } } },
            BlobReference blob => new LiteralType
            {
                Blob = new BlobType
                {
                    Format = blob.Format ?? "",
                    Dimensionality = blob.IsDirectory
                        ? BlobType.Types.BlobDimensionality.Multipart
                        : BlobType.Types.BlobDimensionality.Single,
                },
            },
            DatasetReference table => new LiteralType { StructuredDatasetType = new StructuredDatasetType { Format = table.Format ?? "" } },
            JsonElement or JsonNode or JsonDocument => Simple(SimpleType.Struct),
            IDictionary map => new LiteralType { MapValueType = Common(map.Values) },
            IEnumerable list => new LiteralType { CollectionType = Common(list) },
            _ => Simple(SimpleType.Struct),
        };

    private static LiteralType Common(IEnumerable values)
    {
        var types = values.Cast<object?>().Select(Of).Distinct().ToList();
        return types.Count switch
        {
            0 => Simple(SimpleType.None),
            1 => types[0],
            _ => new LiteralType { UnionType = new UnionType { Variants = { types } } },
        };
    }

    private static LiteralType OfPrimitive(Primitive? primitive) =>
        primitive?.ValueCase switch
        {
            Primitive.ValueOneofCase.Integer => Simple(SimpleType.Integer),
            Primitive.ValueOneofCase.FloatValue => Simple(SimpleType.Float),
            Primitive.ValueOneofCase.StringValue => Simple(SimpleType.String),
            Primitive.ValueOneofCase.Boolean => Simple(SimpleType.Boolean),
            Primitive.ValueOneofCase.Datetime => Simple(SimpleType.Datetime),
            Primitive.ValueOneofCase.Duration => Simple(SimpleType.Duration),
            _ => new LiteralType(),
        };

    private static LiteralType Simple(SimpleType type) => new() { Simple = type };
}
