using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Transponder.Client.Values;

/// <summary>Reads MessagePack, in which flytekit writes dataclasses and dictionaries, as JSON; bytes become base64.</summary>
internal static class MessagePackJson
{
    private const int DeepestNesting = 64;

    public static bool IsTag(string tag) => tag == "msgpack";

    /// <summary>The JSON, or the bytes as they are when they are no MessagePack.</summary>
    public static object Read(ReadOnlyMemory<byte> packed)
    {
        using var json = new MemoryStream();
        var reader = new Cursor(packed.Span);
        using (var writer = new Utf8JsonWriter(json))
        {
            try
            {
                reader.Copy(writer, DeepestNesting);
            }
            catch (Exception error) when (error is FormatException or ArgumentException or InvalidOperationException)
            {
                return packed.ToArray();
            }
        }
        return JsonSerializer.Deserialize<JsonElement>(json.ToArray());
    }

    private ref struct Cursor(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> rest = rest;

        public void Copy(Utf8JsonWriter json, int depth)
        {
            if (depth == 0)
                throw new FormatException("nested too deep");
            var head = Take(1)[0];
            switch (head)
            {
                case <= 0x7f:
                    json.WriteNumberValue(head);
                    break;
                case <= 0x8f:
                    CopyMap(json, head & 0x0f, depth);
                    break;
                case <= 0x9f:
                    CopyArray(json, head & 0x0f, depth);
                    break;
                case <= 0xbf:
                    json.WriteStringValue(Text(head & 0x1f));
                    break;
                case >= 0xe0:
                    json.WriteNumberValue((sbyte)head);
                    break;
                default:
                    CopyTyped(json, head, depth);
                    break;
            }
        }

        private void CopyTyped(Utf8JsonWriter json, byte head, int depth)
        {
            switch (head)
            {
                case 0xc0:
                    json.WriteNullValue();
                    break;
                case 0xc2 or 0xc3:
                    json.WriteBooleanValue(head == 0xc3);
                    break;
                case >= 0xc4 and <= 0xc6:
                    json.WriteBase64StringValue(Take(Length(1 << (head - 0xc4))));
                    break;
                case 0xca:
                    WriteNumber(json, BinaryPrimitives.ReadSingleBigEndian(Take(4)));
                    break;
                case 0xcb:
                    WriteNumber(json, BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case >= 0xcc and <= 0xcf:
                    json.WriteNumberValue(Unsigned(1 << (head - 0xcc)));
                    break;
                case >= 0xd0 and <= 0xd3:
                    json.WriteNumberValue(Signed(1 << (head - 0xd0)));
                    break;
                case >= 0xd9 and <= 0xdb:
                    json.WriteStringValue(Text(Length(1 << (head - 0xd9))));
                    break;
                case 0xdc or 0xdd:
                    CopyArray(json, Length(head == 0xdc ? 2 : 4), depth);
                    break;
                case 0xde or 0xdf:
                    CopyMap(json, Length(head == 0xde ? 2 : 4), depth);
                    break;
                default:
                    throw new FormatException($"no JSON for the type 0x{head:x2}");
            }
        }

        private static void WriteNumber(Utf8JsonWriter json, double number)
        {
            if (double.IsFinite(number))
                json.WriteNumberValue(number);
            else
                json.WriteStringValue(JsonStruct.NameOf(number));
        }

        private void CopyArray(Utf8JsonWriter json, int count, int depth)
        {
            json.WriteStartArray();
            for (var i = 0; i < count; i++)
                Copy(json, depth - 1);
            json.WriteEndArray();
        }

        private void CopyMap(Utf8JsonWriter json, int count, int depth)
        {
            json.WriteStartObject();
            for (var i = 0; i < count; i++)
            {
                json.WritePropertyName(Key());
                Copy(json, depth - 1);
            }
            json.WriteEndObject();
        }

        private string Key()
        {
            var head = Take(1)[0];
            return head switch
            {
                <= 0x7f => head.ToString(System.Globalization.CultureInfo.InvariantCulture),
                >= 0xa0 and <= 0xbf => Text(head & 0x1f),
                >= 0xd9 and <= 0xdb => Text(Length(1 << (head - 0xd9))),
                _ => throw new FormatException($"no key of the type 0x{head:x2}"),
            };
        }

        private string Text(int length) => Encoding.UTF8.GetString(Take(length));

        private int Length(int bytes) => checked((int)Unsigned(bytes));

        private ulong Unsigned(int bytes)
        {
            ulong value = 0;
            foreach (var part in Take(bytes))
                value = (value << 8) | part;
            return value;
        }

        private long Signed(int bytes) => (long)(Unsigned(bytes) << (64 - (8 * bytes))) >> (64 - (8 * bytes));

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > rest.Length)
                throw new FormatException("cut off");
            var taken = rest[..count];
            rest = rest[count..];
            return taken;
        }
    }
}
