using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Transponder.Tests.Protocol.Json;

/// <summary>Messages as no program would write them: any fields in any order, some of them more than once.</summary>
internal static class RandomMessage
{
    public static byte[] Bytes(Random random, MessageDescriptor type, int depth)
    {
        using var bytes = new MemoryStream();
        var output = new CodedOutputStream(bytes);
        var fields = type.Fields.InDeclarationOrder();
        for (var count = fields.Count == 0 ? 0 : random.Next(2 * Math.Min(fields.Count, 6)); count > 0; count--)
            Write(output, fields[random.Next(fields.Count)], random, depth);
        output.Flush();
        return bytes.ToArray();
    }

    private static void Write(CodedOutputStream output, FieldDescriptor field, Random random, int depth)
    {
        switch (field.FieldType)
        {
            case FieldType.Message when depth > 0:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Bytes(random, field.MessageType, depth - 1)));
                break;
            case FieldType.String:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteString(Text(random));
                break;
            case FieldType.Bytes:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Encoding.UTF8.GetBytes(Text(random))));
                break;
            case FieldType.Bool or FieldType.Int32 or FieldType.Int64 or FieldType.UInt32 or FieldType.UInt64 or FieldType.Enum:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Varint);
                output.WriteUInt64(Number(random));
                break;
            case FieldType.Double:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed64);
                output.WriteDouble(random.NextDouble());
                break;
        }
    }

    private static ulong Number(Random random) =>
        random.Next(4) switch
        {
            0 => 0,
            1 => (ulong)random.Next(10),
            2 => (ulong)-random.Next(10),
            _ => (ulong)random.NextInt64(),
        };

    private static string Text(Random random) =>
        random.Next(4) switch
        {
            0 => "",
            1 => "é \"quoted\" 🎉",
            _ => new string((char)random.Next('a', 'z'), random.Next(200)),
        };
}
