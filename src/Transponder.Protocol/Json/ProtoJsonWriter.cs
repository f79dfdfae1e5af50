using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Transponder.Protocol.Json;

/// <summary>
/// Messages as proto3 JSON without blanks, fields in the order of the .proto file, map entries by key. It never throws for a message's content:
/// times out of range become the nearest end of the range, an Any that cannot be read becomes base64.
/// </summary>
public sealed class ProtoJsonWriter(ProtoJsonOptions options)
{
    private static readonly JsonWriterOptions Layout = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The message as UTF-8 text.</summary>
    public byte[] ToUtf8(IMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(buffer, message);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the message as UTF-8 text.</summary>
    public void Write(IBufferWriter<byte> destination, IMessage message)
    {
        using var json = new Utf8JsonWriter(destination, Layout);
        Write(json, message);
    }

    /// <summary>Writes the message as one JSON value.</summary>
    public void Write(Utf8JsonWriter json, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(message);
        var kind = WellKnownTypes.KindOf(message.Descriptor);
        if (kind != WellKnownKind.None)
        {
            WriteWellKnown(json, message, kind);
            return;
        }

        json.WriteStartObject();
        WriteFields(json, message);
        json.WriteEndObject();
    }

    private void WriteFields(Utf8JsonWriter json, IMessage message)
    {
        foreach (var field in MessagePlan.Of(message.Descriptor).Fields)
        {
            var value = Present(field, message);
            if (value is not null)
            {
                json.WritePropertyName(field.Name(options.FieldNames));
                WriteField(json, field.Descriptor, value);
            }
            else if (options.EmitDefaults && !field.InOneof)
            {
                json.WriteNull(field.Name(options.FieldNames));
            }
        }
    }

    /// <summary>The value to write: null for what is unset or, when defaults are omitted, at its default.</summary>
    private object? Present(MessagePlan.Field field, IMessage message)
    {
        var descriptor = field.Descriptor;
        if (descriptor.IsRepeated)
        {
            var items = (ICollection)field.Accessor.GetValue(message);
            return items.Count > 0 || options.EmitDefaults ? items : null;
        }

        if (descriptor.HasPresence)
        {
            return field.Accessor.HasValue(message) ? field.Accessor.GetValue(message) : null;
        }

        var value = field.Accessor.GetValue(message);
        return options.EmitDefaults || !IsDefault(value) ? value : null;
    }

    private static bool IsDefault(object value) =>
        value switch
        {
            string text => text.Length == 0,
            ByteString bytes => bytes.IsEmpty,
            bool flag => !flag,
            int number => number == 0,
            long number => number == 0,
            uint number => number == 0,
            ulong number => number == 0,
            float number => BitConverter.SingleToInt32Bits(number) == 0,
            double number => BitConverter.DoubleToInt64Bits(number) == 0,
            System.Enum number => (int)(object)number == 0,
            _ => false,
        };

    private void WriteField(Utf8JsonWriter json, FieldDescriptor field, object value)
    {
        if (field.IsMap)
        {
            WriteMap(json, field.MessageType, (IDictionary)value);
        }
        else if (field.IsRepeated)
        {
            json.WriteStartArray();
            foreach (var item in (IEnumerable)value)
            {
                WriteValue(json, field, item);
            }

            json.WriteEndArray();
        }
        else
        {
            WriteValue(json, field, value);
        }
    }

    private void WriteMap(Utf8JsonWriter json, MessageDescriptor entry, IDictionary map)
    {
        var keys = new object[map.Count];
        map.Keys.CopyTo(keys, 0);
        Array.Sort(
            keys,
            static (a, b) => a is string left && b is string right ? string.CompareOrdinal(left, right) : Comparer.Default.Compare(a, b)
        );
        var valueField = entry.FindFieldByNumber(2);
        json.WriteStartObject();
        foreach (var key in keys)
        {
            json.WritePropertyName(key is bool flag ? (flag ? "true" : "false") : Convert.ToString(key, CultureInfo.InvariantCulture)!);
            WriteValue(json, valueField, map[key]!);
        }

        json.WriteEndObject();
    }

    private void WriteValue(Utf8JsonWriter json, FieldDescriptor field, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case IMessage message:
                Write(json, message);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case uint number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case ulong number:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                WriteDouble(json, number);
                break;
            case float number:
                WriteFloat(json, number);
                break;
            case ByteString bytes:
                json.WriteBase64StringValue(bytes.Span);
                break;
            case System.Enum number:
                WriteEnum(json, field.EnumType, (int)(object)number);
                break;
            default:
                throw new InvalidOperationException($"{field.FullName} holds a {value.GetType()}.");
        }
    }

    private static void WriteEnum(Utf8JsonWriter json, EnumDescriptor type, int number)
    {
        if (WellKnownTypes.IsNullValue(type))
        {
            json.WriteNullValue();
        }
        else if (type.FindValueByNumber(number) is { } known)
        {
            json.WriteStringValue(known.Name);
        }
        else
        {
            json.WriteNumberValue(number);
        }
    }

    private static void WriteDouble(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(
                double.IsNaN(number) ? "NaN"
                : number > 0 ? "Infinity"
                : "-Infinity"
            );
        }
    }

    private static void WriteFloat(Utf8JsonWriter json, float number)
    {
        if (float.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            WriteDouble(json, number);
        }
    }

    private void WriteWellKnown(Utf8JsonWriter json, IMessage message, WellKnownKind kind)
    {
        switch (kind)
        {
            case WellKnownKind.Timestamp:
                json.WriteStringValue(JsonTime.Format((Timestamp)message));
                break;
            case WellKnownKind.Duration:
                json.WriteStringValue(JsonTime.Format((Duration)message));
                break;
            case WellKnownKind.FieldMask:
                json.WriteStringValue(string.Join(',', ((FieldMask)message).Paths.Select(CamelPath)));
                break;
            case WellKnownKind.Wrapper:
                var inner = message.Descriptor.FindFieldByNumber(1);
                WriteValue(json, inner, inner.Accessor.GetValue(message));
                break;
            case WellKnownKind.Struct:
                WriteMap(json, message.Descriptor.FindFieldByNumber(1).MessageType, (IDictionary)((Struct)message).Fields);
                break;
            case WellKnownKind.ListValue:
                WriteField(json, message.Descriptor.FindFieldByNumber(1), ((ListValue)message).Values);
                break;
            case WellKnownKind.Value:
                WriteDynamic(json, (Value)message);
                break;
            case WellKnownKind.Any:
                WriteAny(json, (Any)message);
                break;
            default:
                json.WriteStartObject();
                json.WriteEndObject();
                break;
        }
    }

    private void WriteDynamic(Utf8JsonWriter json, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.NumberValue:
                WriteDouble(json, value.NumberValue);
                break;
            case Value.KindOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.StructValue:
                Write(json, value.StructValue);
                break;
            case Value.KindOneofCase.ListValue:
                Write(json, value.ListValue);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private void WriteAny(Utf8JsonWriter json, Any any)
    {
        json.WriteStartObject();
        if (any.TypeUrl.Length > 0)
        {
            json.WriteString("@type", any.TypeUrl);
            if (Unpack(any) is not { } content)
            {
                json.WriteBase64String("value", any.Value.Span);
            }
            else if (WellKnownTypes.KindOf(content.Descriptor) == WellKnownKind.None)
            {
                WriteFields(json, content);
            }
            else
            {
                json.WritePropertyName("value");
                Write(json, content);
            }
        }

        json.WriteEndObject();
    }

    private IMessage? Unpack(Any any)
    {
        try
        {
            return options.Types.Find(Any.GetTypeName(any.TypeUrl))?.Parser.ParseFrom(any.Value);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static string CamelPath(string path)
    {
        var parts = path.Split('_');
        return parts[0] + string.Concat(parts.Skip(1).Select(part => part.Length == 0 ? "" : char.ToUpperInvariant(part[0]) + part[1..]));
    }
}
