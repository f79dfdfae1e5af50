using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Transponder.Core.Egress;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>Puts records into messages and hands them to librdkafka, which copies them. One per call; its buffers are used again for each record.</summary>
internal unsafe ref struct KafkaMessageWriter
{
    private const int Fixed = 6;

    private static readonly ConcurrentDictionary<string, nint> Names = new(StringComparer.Ordinal);
    private static readonly KeyValuePair<string, string>[] StructuredHeaders =
    [
        new(CloudEventHeaders.ContentType, CloudEventJson.MediaType),
    ];

    private readonly nint topic;
    private readonly bool structured;
    private readonly bool headers;
    private ArrayBufferWriter<byte>? json;
    private byte* text;
    private int capacity;
    private RdArgument* arguments;
    private int room;

    public KafkaMessageWriter(nint topic, KafkaSinkOptions options)
    {
        this.topic = topic;
        structured = options.Mode is KafkaMode.Structured;
        headers = KafkaSettings.IsIdempotent(options);
        Grow(4096);
        MakeRoom(32);
    }

    /// <summary>Hands one over; 0 or librdkafka's code.</summary>
    public int Produce(nint client, EgressRecord record, nint opaque)
    {
        var value = Value(record, out var list);
        var size = Encoding.UTF8.GetMaxByteCount(record.PartitionKey.Length);
        for (var i = 0; i < list.Count; i++)
            size += Encoding.UTF8.GetMaxByteCount(list[i].Value.Length);
        Grow(size);
        MakeRoom(Fixed + list.Count);

        var end = text;
        var key = Write(ref end, record.PartitionKey);
        fixed (byte* start = value)
        {
            arguments[0] = new RdArgument { Kind = RdArgumentKind.Topic, First = topic };
            arguments[1] = new RdArgument { Kind = RdArgumentKind.Partition, First = LibRdKafka.AnyPartition };
            arguments[2] = new RdArgument { Kind = RdArgumentKind.Flags, First = LibRdKafka.CopyPayload };
            arguments[3] = new RdArgument { Kind = RdArgumentKind.Opaque, First = opaque };
            arguments[4] = new RdArgument
            {
                Kind = RdArgumentKind.Value,
                First = (nint)start,
                Second = value.Length,
            };
            arguments[5] = new RdArgument
            {
                Kind = RdArgumentKind.Key,
                First = (nint)text,
                Second = key,
            };
            for (var i = 0; i < list.Count; i++)
            {
                var at = (nint)end;
                var length = Write(ref end, list[i].Value);
                arguments[Fixed + i] = new RdArgument
                {
                    Kind = RdArgumentKind.Header,
                    First = Name(list[i].Key),
                    Second = at,
                    Third = length,
                };
            }

            var error = LibRdKafka.Produce(client, arguments, (nuint)(Fixed + list.Count));
            if (error == 0)
                return 0;
            var code = LibRdKafka.ErrorCode(error);
            LibRdKafka.DestroyError(error);
            return code == KafkaError.MessageTooLarge ? KafkaError.TooLargeForUs : code;
        }
    }

    public readonly void Dispose()
    {
        NativeMemory.Free(text);
        NativeMemory.Free(arguments);
    }

    private ReadOnlySpan<byte> Value(EgressRecord record, out IReadOnlyList<KeyValuePair<string, string>> list)
    {
        list = [];
        if (record.Event is not { } told)
            return record.Raw.Span;
        if (!structured)
        {
            list = CloudEventHeaders.Kafka(told);
            return told.Data.Span;
        }

        if (headers)
            list = StructuredHeaders;
        json ??= new ArrayBufferWriter<byte>(4096);
        json.ResetWrittenCount();
        CloudEventJson.Write(json, told);
        return json.WrittenSpan;
    }

    private readonly int Write(ref byte* end, string value)
    {
        var length = Encoding.UTF8.GetBytes(value, new Span<byte>(end, capacity - (int)(end - text)));
        end += length;
        return length;
    }

    // They are few, and kept as long as the process: librdkafka wants them ended by a zero.
    private static nint Name(string name) => Names.GetOrAdd(name, static text => Marshal.StringToCoTaskMemUTF8(text));

    private void Grow(int size)
    {
        if (size <= capacity)
            return;
        text = (byte*)NativeMemory.Realloc(text, (nuint)size);
        capacity = size;
    }

    private void MakeRoom(int count)
    {
        if (count <= room)
            return;
        arguments = (RdArgument*)NativeMemory.Realloc(arguments, (nuint)count * (nuint)sizeof(RdArgument));
        room = count;
    }
}
