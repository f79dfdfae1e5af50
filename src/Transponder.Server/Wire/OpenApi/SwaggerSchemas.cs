using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Transponder.Server.Wire.OpenApi;

/// <summary>Messages as JSON schemas under their full names; what is referred to is written once.</summary>
internal sealed class SwaggerSchemas
{
    private readonly SortedDictionary<string, JsonObject> definitions = new(StringComparer.Ordinal);

    /// <summary>Whether a field can stand in a path or a query: one value, or several of the same name.</summary>
    public static bool IsScalar(FieldDescriptor field) =>
        !field.IsMap
        && (field.FieldType != FieldType.Message || WellKnown(field.MessageType)?["type"]?.ToString() is not (null or "object" or "array"));

    public JsonObject ToJson() => new(definitions.Select(each => KeyValuePair.Create<string, JsonNode?>(each.Key, each.Value)));

    public JsonObject Reference(MessageDescriptor type)
    {
        if (WellKnown(type) is { } known)
            return known;
        if (!definitions.ContainsKey(type.FullName))
        {
            var definition = new JsonObject { ["type"] = "object" };
            // Before its fields, for they may lead back here.
            definitions[type.FullName] = definition;
            var properties = new JsonObject();
            foreach (var field in type.Fields.InFieldNumberOrder())
                properties[field.Name] = Described(field);
            definition["properties"] = properties;
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{type.FullName}" };
    }

    public JsonObject Field(FieldDescriptor field)
    {
        if (field.IsMap)
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = One(field.MessageType.FindFieldByNumber(2)) };
        return field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = One(field) } : One(field);
    }

    /// <summary>A parameter's type; repeated ones are given by repeating the name.</summary>
    public JsonObject Scalar(FieldDescriptor field)
    {
        if (!field.IsRepeated)
            return One(field);
        return new JsonObject
        {
            ["type"] = "array",
            ["items"] = One(field),
            ["collectionFormat"] = "multi",
        };
    }

    private JsonObject Described(FieldDescriptor field)
    {
        var schema = Field(field);
        // Beside a reference nothing else counts, in this version of the format.
        if (field.RealContainingOneof is { } oneof && !schema.ContainsKey("$ref"))
            schema["description"] = $"At most one of {string.Join(", ", oneof.Fields.Select(each => each.Name))} is set.";
        return schema;
    }

    private JsonObject One(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.Message or FieldType.Group => Reference(field.MessageType),
            FieldType.Enum => new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([
                    .. field.EnumType.Values.Select(value => JsonValue.Create(value.Name)).DistinctBy(v => v.ToString()),
                ]),
            },
            FieldType.Bool => Of("boolean"),
            FieldType.Bytes => Of("string", "byte"),
            FieldType.Double => Of("number", "double"),
            FieldType.Float => Of("number", "float"),
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => Of("integer", "int32"),
            FieldType.UInt32 or FieldType.Fixed32 => Of("integer", "int64"),
            FieldType.UInt64 or FieldType.Fixed64 => Of("string", "uint64"),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Of("string", "int64"),
            _ => Of("string"),
        };

    private static JsonObject? WellKnown(MessageDescriptor type) =>
        type.FullName switch
        {
            "google.protobuf.Timestamp" => Of("string", "date-time"),
            "google.protobuf.Duration" or "google.protobuf.FieldMask" or "google.protobuf.StringValue" => Of("string"),
            "google.protobuf.BytesValue" => Of("string", "byte"),
            "google.protobuf.BoolValue" => Of("boolean"),
            "google.protobuf.DoubleValue" => Of("number", "double"),
            "google.protobuf.FloatValue" => Of("number", "float"),
            "google.protobuf.Int32Value" => Of("integer", "int32"),
            "google.protobuf.UInt32Value" => Of("integer", "int64"),
            "google.protobuf.Int64Value" => Of("string", "int64"),
            "google.protobuf.UInt64Value" => Of("string", "uint64"),
            "google.protobuf.Struct" => new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject() },
            "google.protobuf.Value" => new JsonObject { ["description"] = "Any JSON value." },
            "google.protobuf.ListValue" => new JsonObject { ["type"] = "array", ["items"] = new JsonObject() },
            "google.protobuf.Any" => new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["@type"] = Of("string") },
                ["additionalProperties"] = new JsonObject(),
            },
            _ => null,
        };

    private static JsonObject Of(string type, string? format = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (format is not null)
            schema["format"] = format;
        return schema;
    }
}
