using Google.Protobuf.Reflection;

namespace Transponder.Protocol.Json;

/// <summary>A dialect of proto3 JSON.</summary>
public sealed record ProtoJsonOptions
{
    /// <summary>golang jsonpb's defaults, which CloudEvents carry: camelCase, zero values omitted.</summary>
    public static ProtoJsonOptions Compact { get; } = new();

    /// <summary>How the writer spells fields; the parser always takes both spellings.</summary>
    public JsonFieldNames FieldNames { get; init; }

    /// <summary>Whether fields at their default are written: unset messages as null, empty lists and maps, zeros. Unset members of a oneof never are.</summary>
    public bool EmitDefaults { get; init; }

    /// <summary>Whether the parser passes over fields that the message does not have.</summary>
    public bool IgnoreUnknownFields { get; init; }

    /// <summary>The types that an Any may hold as JSON; others are written as base64 under <c>value</c>.</summary>
    public TypeRegistry Types { get; init; } = TypeRegistry.Empty;
}
