using Google.Protobuf;

namespace Transponder.Tests.Rig;

/// <summary>A span as a collector receives it.</summary>
public sealed record OtlpSpan(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    int Kind,
    IReadOnlyDictionary<string, string> Tags
)
{
    /// <summary>The spans of an <c>ExportTraceServiceRequest</c>.</summary>
    public static IEnumerable<OtlpSpan> Read(byte[] export) =>
        Parts(export, 1).SelectMany(resource => Parts(resource, 2)).SelectMany(scope => Parts(scope, 2)).Select(One);

    private static OtlpSpan One(byte[] span) =>
        new(
            Convert.ToHexStringLower(Parts(span, 1).Single()),
            Convert.ToHexStringLower(Parts(span, 2).Single()),
            Convert.ToHexStringLower(Parts(span, 4).SingleOrDefault([])),
            Text(span, 5),
            Fields(span).Where(field => field.Number == 6).Select(field => (int)field.Value).SingleOrDefault(),
            Parts(span, 9).ToDictionary(tag => Text(tag, 1), tag => Parts(tag, 2).Select(value => Text(value, 1)).Single())
        );

    private static string Text(byte[] message, int number) =>
        System.Text.Encoding.UTF8.GetString(Parts(message, number).SingleOrDefault([]));

    private static IEnumerable<byte[]> Parts(byte[] message, int number) =>
        Fields(message).Where(field => field.Number == number && field.Part is not null).Select(field => field.Part!);

    private static List<(int Number, ulong Value, byte[]? Part)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[]?)>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.LengthDelimited:
                    fields.Add((number, 0, input.ReadBytes().ToByteArray()));
                    break;
                case WireFormat.WireType.Varint:
                    fields.Add((number, input.ReadUInt64(), null));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
        return fields;
    }
}
