using Flyteidl.Core;

namespace Transponder.Client.Values;

/// <summary>Reads literals as .NET values; each kind of literal has one kind of value.</summary>
internal static class LiteralReader
{
    public static object? Read(Literal literal) =>
        literal.ValueCase switch
        {
            Literal.ValueOneofCase.Scalar => Read(literal.Scalar),
            Literal.ValueOneofCase.Collection => (IReadOnlyList<object?>)[.. literal.Collection.Literals.Select(Read)],
            Literal.ValueOneofCase.Map => Read(literal.Map),
            Literal.ValueOneofCase.OffloadedMetadata => new OffloadedReference(
                literal.OffloadedMetadata.Uri,
                literal.OffloadedMetadata.SizeBytes
            ),
            _ => null,
        };

    public static IReadOnlyDictionary<string, object?> Read(LiteralMap? map) =>
        (map?.Literals ?? []).ToDictionary(entry => entry.Key, entry => Read(entry.Value), StringComparer.Ordinal);

    private static object? Read(Scalar scalar) =>
        scalar.ValueCase switch
        {
            Scalar.ValueOneofCase.Primitive => Read(scalar.Primitive),
            Scalar.ValueOneofCase.Blob => new BlobReference(
                scalar.Blob.Uri,
                scalar.Blob.Metadata?.Type?.Format ?? "",
                scalar.Blob.Metadata?.Type?.Dimensionality == BlobType.Types.BlobDimensionality.Multipart
            ),
            Scalar.ValueOneofCase.Binary => MessagePackJson.IsTag(scalar.Binary.Tag)
                ? MessagePackJson.Read(scalar.Binary.Value.Memory)
                : scalar.Binary.Value.ToByteArray(),
            Scalar.ValueOneofCase.Schema => new DatasetReference(scalar.Schema.Uri, ""),
            Scalar.ValueOneofCase.StructuredDataset => new DatasetReference(
                scalar.StructuredDataset.Uri,
                scalar.StructuredDataset.Metadata?.StructuredDatasetType?.Format ?? ""
            ),
            Scalar.ValueOneofCase.Generic => JsonStruct.Of(scalar.Generic),
            Scalar.ValueOneofCase.Union => scalar.Union.Value is { } inner ? Read(inner) : null,
            Scalar.ValueOneofCase.Error => scalar.Error.Message,
            _ => null,
        };

    private static object? Read(Primitive primitive) =>
        primitive.ValueCase switch
        {
            Primitive.ValueOneofCase.Integer => primitive.Integer,
            Primitive.ValueOneofCase.FloatValue => primitive.FloatValue,
            Primitive.ValueOneofCase.StringValue => primitive.StringValue,
            Primitive.ValueOneofCase.Boolean => primitive.Boolean,
            Primitive.ValueOneofCase.Datetime => primitive.Datetime.ToDateTimeOffset(),
            Primitive.ValueOneofCase.Duration => primitive.Duration.ToTimeSpan(),
            _ => null,
        };
}
