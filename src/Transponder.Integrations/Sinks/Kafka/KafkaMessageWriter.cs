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

    private readonly bool structured;
    private readonly bool headers;
    private readonly List<KeyValuePair<string, string>> list = [];
    private ArrayBufferWriter<byte>? json;
    private byte* text;
    private int capacity;
    private RdArgument* arguments;
    private string?[] named = [];

    public KafkaMessageWriter(nint topic, KafkaSinkOptions options)
    {
        structured = options.Mode is KafkaMode.Structured;
        headers = KafkaSettings.IsIdempotent(options);
        Grow(4096);
        MakeRoom(16);
        arguments[0] = new RdArgument { Kind = RdArgumentKind.Topic, First = topic };
        arguments[1] = new RdArgument { Kind = RdArgumentKind.Partition, First = LibRdKafka.AnyPartition };
        arguments[2] = new RdArgument { Kind = RdArgumentKind.Flags, First = LibRdKafka.CopyPayload };
        arguments[3].Kind = RdArgumentKind.Opaque;
        arguments[4].Kind = RdArgumentKind.Value;
        arguments[5].Kind = RdArgumentKind.Key;
    }

    /// <summary>Hands one over; 0 or librdkafka's code.</summary>
    public int Produce(nint client, EgressRecord record, nint opaque)
    {
        list.Clear();
        var value = Value(record);
        var size = Encoding.UTF8.GetMaxByteCount(record.PartitionKey.Length);
        for (var i = 0; i < list.Count; i++)
            size += Encoding.UTF8.GetMaxByteCount(list[i].Value.Length);
        Grow(size);
        MakeRoom(list.Count);

        var end = text;
        var key = Write(ref end, record.PartitionKey);
        fixed (byte* start = value)
        {
            arguments[3].First = opaque;
            (arguments[4].First, arguments[4].Second) = ((nint)start, value.Length);
            (arguments[5].First, arguments[5].Second) = ((nint)text, key);
            for (var i = 0; i < list.Count; i++)
            {
                ref var header = ref arguments[Fixed + i];
                (header.Kind, header.First, header.Second) = (RdArgumentKind.Header, Name(i, list[i].Key), (nint)end);
                header.Third = Write(ref end, list[i].Value);
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

    private ReadOnlySpan<byte> Value(EgressRecord record)
    {
        if (record.Event is not { } told)
            return record.Raw.Span;
        if (!structured)
        {
            CloudEventHeaders.Kafka(told, list);
            return told.Data.Span;
        }

        if (headers)
            list.Add(new(CloudEventHeaders.ContentType, CloudEventJson.MediaType));
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

    // Messages have mostly the same names at the same places: the argument has it from the message before.
    private readonly nint Name(int place, string name)
    {
        if (ReferenceEquals(named[place], name))
            return arguments[Fixed + place].First;
        named[place] = name;
        // They are few, and kept as long as the process: librdkafka wants them ended by a zero.
        return Names.GetOrAdd(name, static text => Marshal.StringToCoTaskMemUTF8(text));
    }

    private void Grow(int size)
    {
        if (size <= capacity)
            return;
        text = (byte*)NativeMemory.Realloc(text, (nuint)size);
        capacity = size;
    }

    private void MakeRoom(int headerCount)
    {
        if (headerCount <= named.Length)
            return;
        arguments = (RdArgument*)NativeMemory.Realloc(arguments, (nuint)(Fixed + headerCount) * (nuint)sizeof(RdArgument));
        Array.Resize(ref named, headerCount);
    }
}
