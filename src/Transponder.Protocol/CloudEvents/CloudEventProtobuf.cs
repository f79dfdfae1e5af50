using Google.Protobuf;

namespace Transponder.Protocol.CloudEvents;

/// <summary>
/// CloudEvents' protobuf format, <c>io.cloudevents.v1.CloudEvent</c> with its data as bytes. The map of attributes is written by name, so that equal
/// events are equal bytes.
/// </summary>
public static class CloudEventProtobuf
{
    /// <summary>The media type of one event.</summary>
    public const string MediaType = "application/cloudevents+protobuf";

    private const uint TextKind = 3;
    private const uint UriKind = 5;
    private const uint TimeKind = 7;

    /// <summary>One event as bytes.</summary>
    /// <param name="value">The event.</param>
    public static byte[] ToBytes(CloudEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var attributes = Attributes(value);
        var size = TextSize(value.Id) + TextSize(value.Source) + TextSize(CloudEvent.SpecVersion) + TextSize(value.Type);
        foreach (var attribute in attributes)
            size += Framed(attribute.EntrySize);
        if (!value.Data.IsEmpty)
            size += Framed(value.Data.Length);

        var bytes = new byte[size];
        using var output = new CodedOutputStream(bytes);
        WriteText(output, 1, value.Id);
        WriteText(output, 2, value.Source);
        WriteText(output, 3, CloudEvent.SpecVersion);
        WriteText(output, 4, value.Type);
        foreach (var attribute in attributes)
            attribute.Write(output);
        if (!value.Data.IsEmpty)
            value.Data.CopyTo(bytes.AsMemory(DataStart(output, value.Data.Length)));
        return bytes;
    }

    // A CodedOutputStream takes bytes only from a ByteString, which would be a copy.
    private static int DataStart(CodedOutputStream output, int length)
    {
        output.WriteTag(6, WireFormat.WireType.LengthDelimited);
        output.WriteLength(length);
        return (int)output.Position;
    }

    private static Attribute[] Attributes(CloudEvent value)
    {
        var attributes = new Attribute[value.Extensions.Count + 4];
        var count = 0;
        if (value.DataContentType is { } type)
            Insert(attributes, count++, new Attribute("datacontenttype", TextKind, type));
        if (value.DataSchema is { } schema)
            Insert(attributes, count++, new Attribute("dataschema", UriKind, schema));
        if (value.Subject is { } subject)
            Insert(attributes, count++, new Attribute("subject", TextKind, subject));
        if (value.Time is { } time)
            Insert(attributes, count++, new Attribute("time", CloudEventTime.Seconds(time), CloudEventTime.Nanos(time, value.TimeNanos)));
        for (var i = 0; i < value.Extensions.Count; i++)
            Insert(attributes, count++, new Attribute(value.Extensions[i].Key, TextKind, value.Extensions[i].Value));
        return count == attributes.Length ? attributes : attributes[..count];
    }

    private static void Insert(Attribute[] sorted, int count, Attribute added)
    {
        var at = count;
        for (; at > 0 && string.CompareOrdinal(sorted[at - 1].Name, added.Name) > 0; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = added;
    }

    private static void WriteText(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static int TextSize(string text) => 1 + CodedOutputStream.ComputeStringSize(text);

    private static int Framed(int length) => 1 + CodedOutputStream.ComputeLengthSize(length) + length;

    /// <summary>One entry of the map: its name (field 1), and a <c>CloudEventAttributeValue</c> (field 2) with one field set.</summary>
    private readonly struct Attribute
    {
        private readonly uint kind;
        private readonly string? text;
        private readonly long seconds;
        private readonly int nanos;
        private readonly int contentSize;
        private readonly int valueSize;

        public Attribute(string name, uint kind, string text)
        {
            Name = name;
            this.kind = kind;
            this.text = text;
            contentSize = 0;
            valueSize = TextSize(text);
            EntrySize = TextSize(name) + Framed(valueSize);
        }

        public Attribute(string name, long seconds, int nanos)
        {
            Name = name;
            kind = TimeKind;
            this.seconds = seconds;
            this.nanos = nanos;
            contentSize =
                (seconds == 0 ? 0 : 1 + CodedOutputStream.ComputeInt64Size(seconds))
                + (nanos == 0 ? 0 : 1 + CodedOutputStream.ComputeInt32Size(nanos));
            valueSize = Framed(contentSize);
            EntrySize = TextSize(name) + Framed(valueSize);
        }

        public string Name { get; }

        public int EntrySize { get; }

        public void Write(CodedOutputStream output)
        {
            output.WriteTag(5, WireFormat.WireType.LengthDelimited);
            output.WriteLength(EntrySize);
            WriteText(output, 1, Name);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteLength(valueSize);
            if (text is not null)
                WriteText(output, (int)kind, text);
            else
                WriteTime(output);
        }

        private void WriteTime(CodedOutputStream output)
        {
            output.WriteTag((int)kind, WireFormat.WireType.LengthDelimited);
            output.WriteLength(contentSize);
            if (seconds != 0)
            {
                output.WriteTag(1, WireFormat.WireType.Varint);
                output.WriteInt64(seconds);
            }

            if (nanos != 0)
            {
                output.WriteTag(2, WireFormat.WireType.Varint);
                output.WriteInt32(nanos);
            }
        }
    }
}
