using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Transponder.Protocol.Json;

/// <summary>
/// Messages from proto3 JSON, lenient where people and older clients differ: both spellings of a field, enums by name in any case or by number,
/// numbers in quotes, base64 of either alphabet with or without padding.
/// </summary>
public sealed class ProtoJsonParser(ProtoJsonOptions options)
{
    // As deep as the binary parser goes.
    private const int MaxDepth = 100;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 4 * MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Makes a message of a type from UTF-8 text.</summary>
    public IMessage Parse(ReadOnlyMemory<byte> utf8, MessageDescriptor type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var message = New(type);
        Merge(utf8, message);
        return message;
    }

    /// <summary>Sets what UTF-8 text says in a message.</summary>
    public void Merge(ReadOnlyMemory<byte> utf8, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var document = Read(utf8);
        MergeMessage(document.RootElement, message, message.Descriptor.Name, 0);
    }

    /// <summary>Sets one field of a message to the value that UTF-8 text is.</summary>
    public void MergeField(ReadOnlyMemory<byte> utf8, IMessage message, FieldDescriptor field)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(field);
        using var document = Read(utf8);
        SetField(document.RootElement, message, field, field.Name, 0);
    }

    /// <summary>Sets a field from plain text, as path segments and query parameters carry it; a repeated field grows by one.</summary>
    public static void SetFromText(IMessage message, FieldDescriptor field, string text)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(field);
        var value = field.IsMap ? null : JsonScalar.Parse(field, text);
        if (value is null)
        {
            throw new ProtoJsonException($"{field.Name}: \"{Shorten(text)}\" is not a {Describe(field)}");
        }

        if (field.IsRepeated)
        {
            ((IList)field.Accessor.GetValue(message)).Add(value);
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }
    }

    /// <summary>The field of a type by either spelling; null if there is none.</summary>
    public static FieldDescriptor? FindField(MessageDescriptor type, string name) => MessagePlan.Of(type).Find(name);

    /// <summary>An empty message of a type.</summary>
    public static IMessage New(MessageDescriptor type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Parser.ParseFrom(ByteString.Empty);
    }

    private static JsonDocument Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonDocument.Parse(utf8, Reading);
        }
        catch (JsonException exception)
        {
            throw new ProtoJsonException($"not valid JSON: {exception.Message}", exception);
        }
    }

    private void MergeMessage(JsonElement json, IMessage message, string path, int depth)
    {
        if (depth > MaxDepth)
        {
            throw TooDeep(path);
        }

        var kind = WellKnownTypes.KindOf(message.Descriptor);
        if (kind != WellKnownKind.None)
        {
            MergeWellKnown(json, message, kind, path, depth);
            return;
        }

        MergeFields(json, message, path, depth, skip: null);
    }

    private void MergeFields(JsonElement json, IMessage message, string path, int depth, string? skip)
    {
        Require(json, JsonValueKind.Object, path);
        var plan = MessagePlan.Of(message.Descriptor);
        List<OneofDescriptor>? set = null;
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name == skip)
            {
                continue;
            }

            if (plan.Find(property.Name) is not { } field)
            {
                if (options.IgnoreUnknownFields)
                {
                    continue;
                }

                throw new ProtoJsonException($"{path}: unknown field \"{Shorten(property.Name)}\"");
            }

            var assigned = SetField(property.Value, message, field, $"{path}.{field.Name}", depth);
            if (assigned && field.RealContainingOneof is { } oneof)
            {
                set ??= [];
                if (set.Contains(oneof))
                {
                    throw new ProtoJsonException($"{path}: more than one member of {oneof.Name} is set");
                }

                set.Add(oneof);
            }
        }
    }

    /// <summary>False if the JSON is a null that means "not set".</summary>
    private bool SetField(JsonElement json, IMessage message, FieldDescriptor field, string path, int depth)
    {
        if (json.ValueKind == JsonValueKind.Null && (field.IsRepeated || !TakesNull(field)))
        {
            return false;
        }

        if (field.IsMap)
        {
            MergeMap(json, (IDictionary)field.Accessor.GetValue(message), field.MessageType, path, depth);
        }
        else if (field.IsRepeated)
        {
            Require(json, JsonValueKind.Array, path);
            var list = (IList)field.Accessor.GetValue(message);
            foreach (var item in json.EnumerateArray())
            {
                list.Add(Value(item, field, path, depth));
            }
        }
        else
        {
            field.Accessor.SetValue(message, Value(json, field, path, depth));
        }

        return true;
    }

    private void MergeMap(JsonElement json, IDictionary map, MessageDescriptor entry, string path, int depth)
    {
        Require(json, JsonValueKind.Object, path);
        if (depth >= MaxDepth)
        {
            throw TooDeep(path);
        }

        var (keyField, valueField) = (entry.FindFieldByNumber(1), entry.FindFieldByNumber(2));
        foreach (var property in json.EnumerateObject())
        {
            var key =
                JsonScalar.Parse(keyField, property.Name)
                ?? throw new ProtoJsonException($"{path}: key \"{Shorten(property.Name)}\" is not a {Describe(keyField)}");
            // An entry is a message on the wire, so it counts as a level, or what is read here could not be parsed again.
            map[key] = Value(property.Value, valueField, path, depth + 1);
        }
    }

    private object Value(JsonElement json, FieldDescriptor field, string path, int depth)
    {
        if (field.FieldType is FieldType.Message or FieldType.Group)
        {
            var type = field.MessageType;
            if (WellKnownTypes.KindOf(type) == WellKnownKind.Wrapper)
            {
                return Value(json, type.FindFieldByNumber(1), path, depth);
            }

            var message = New(type);
            MergeMessage(json, message, path, depth + 1);
            return message;
        }

        var value = json.ValueKind switch
        {
            JsonValueKind.String when field.FieldType != FieldType.Bool => JsonScalar.Parse(field, Text(json, path)),
            JsonValueKind.Number when field.FieldType is not (FieldType.String or FieldType.Bytes or FieldType.Bool) => JsonScalar.Parse(
                field,
                json.GetRawText()
            ),
            JsonValueKind.True when field.FieldType == FieldType.Bool => true,
            JsonValueKind.False when field.FieldType == FieldType.Bool => false,
            JsonValueKind.Null when field.FieldType == FieldType.Enum && WellKnownTypes.IsNullValue(field.EnumType) => 0,
            _ => null,
        };
        return value ?? throw new ProtoJsonException($"{path}: {Shorten(json.GetRawText())} is not a {Describe(field)}");
    }

    private void MergeWellKnown(JsonElement json, IMessage message, WellKnownKind kind, string path, int depth)
    {
        switch (kind)
        {
            case WellKnownKind.Timestamp:
                Merge(message, JsonTime.ParseTimestamp(Text(json, path)), json, path);
                break;
            case WellKnownKind.Duration:
                Merge(message, JsonTime.ParseDuration(Text(json, path)), json, path);
                break;
            case WellKnownKind.FieldMask:
                Merge(message, JsonScalar.Mask(Text(json, path)), json, path);
                break;
            case WellKnownKind.Wrapper:
                SetField(json, message, message.Descriptor.FindFieldByNumber(1), path, depth);
                break;
            case WellKnownKind.Struct:
                var fields = message.Descriptor.FindFieldByNumber(1);
                MergeMap(json, (IDictionary)fields.Accessor.GetValue(message), fields.MessageType, path, depth);
                break;
            case WellKnownKind.ListValue:
                SetField(json, message, message.Descriptor.FindFieldByNumber(1), path, depth);
                break;
            case WellKnownKind.Value:
                MergeDynamic(json, (Value)message, path, depth);
                break;
            case WellKnownKind.Any:
                MergeAny(json, (Any)message, path, depth);
                break;
            default:
                Require(json, JsonValueKind.Object, path);
                break;
        }
    }

    private static void Merge(IMessage message, IMessage? parsed, JsonElement json, string path) =>
        message.MergeFrom(
            (
                parsed ?? throw new ProtoJsonException($"{path}: {Shorten(json.GetRawText())} is not a {message.Descriptor.Name}")
            ).ToByteString()
        );

    private void MergeDynamic(JsonElement json, Value value, string path, int depth)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Null:
                value.NullValue = NullValue.NullValue;
                break;
            case JsonValueKind.True or JsonValueKind.False:
                value.BoolValue = json.GetBoolean();
                break;
            case JsonValueKind.Number:
                value.NumberValue = json.GetDouble();
                break;
            case JsonValueKind.String:
                value.StringValue = Text(json, path);
                break;
            case JsonValueKind.Array:
                value.ListValue = new ListValue();
                MergeMessage(json, value.ListValue, path, depth + 1);
                break;
            default:
                value.StructValue = new Struct();
                MergeMessage(json, value.StructValue, path, depth + 1);
                break;
        }
    }

    private void MergeAny(JsonElement json, Any any, string path, int depth)
    {
        Require(json, JsonValueKind.Object, path);
        if (!json.TryGetProperty("@type", out var typeUrl))
        {
            return;
        }

        any.TypeUrl = Text(typeUrl, path);
        var type =
            options.Types.Find(Any.GetTypeName(any.TypeUrl))
            ?? throw new ProtoJsonException($"{path}: @type \"{Shorten(any.TypeUrl)}\" is not known here");
        var content = New(type);
        if (WellKnownTypes.KindOf(type) == WellKnownKind.None)
        {
            MergeFields(json, content, path, depth + 1, skip: "@type");
        }
        else if (json.TryGetProperty("value", out var value))
        {
            MergeMessage(value, content, path, depth + 1);
        }

        any.Value = content.ToByteString();
    }

    private static bool TakesNull(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.Message => WellKnownTypes.KindOf(field.MessageType) == WellKnownKind.Value,
            FieldType.Enum => WellKnownTypes.IsNullValue(field.EnumType),
            _ => false,
        };

    private static string Text(JsonElement json, string path)
    {
        Require(json, JsonValueKind.String, path);
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new ProtoJsonException($"{path}: the text is not valid Unicode", exception);
        }
    }

    private static void Require(JsonElement json, JsonValueKind kind, string path)
    {
        if (json.ValueKind != kind)
        {
            throw new ProtoJsonException(
                $"{path}: {Shorten(json.GetRawText())} should be {(kind == JsonValueKind.String ? "text" : kind)}"
            );
        }
    }

    private static ProtoJsonException TooDeep(string path) => new($"{path}: nested more than {MaxDepth} deep");

    private static string Describe(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.Enum => field.EnumType.Name,
            FieldType.Message => field.MessageType.Name,
            var scalar => scalar.ToString(),
        };

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
