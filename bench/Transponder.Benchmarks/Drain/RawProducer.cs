using System.Runtime.InteropServices;
using System.Text;
using Transponder.Integrations.Sinks.Kafka;

namespace Transponder.Benchmarks.Drain;

/// <summary>
/// librdkafka from one buffer, with the sink's settings and keys that repeat: at its best, in batches without headers and without reports; or with messages
/// as CloudEvents are, their eleven headers included, of which each is reported.
/// </summary>
internal static unsafe partial class RawProducer
{
    private const int AnyPartition = -1;
    private const int Copy = 0x2;
    private const int BatchSize = 1000;
    private const int EventsPerKey = 27;
    private const int KeySize = 32;

    private const int ArgumentTopic = 2;
    private const int ArgumentValue = 4;
    private const int ArgumentKey = 5;
    private const int ArgumentFlags = 7;
    private const int ArgumentHeader = 9;

    private static readonly (string Name, string Value)[] Headers =
    [
        ("ce_specversion", "1.0"),
        ("ce_type", "com.flyte.resource.flyteidl.admin.NodeExecutionEventRequest"),
        ("ce_source", "https://github.com/flyteorg/flyte/flyteadmin"),
        ("ce_id", "019aa9a0-6a1f-7c3e-9f53-0b6f6a1d2c3e"),
        ("ce_subject", "flytesnacks/development/a5b2c3d4e5f6a7b8c9d0/n1"),
        ("ce_time", "2026-11-22T08:06:07.123456Z"),
        (
            "ce_dataschema",
            "https://github.com/flyteorg/flyte/blob/v1.16.5/flyteidl/protos/flyteidl/admin/event.proto#NodeExecutionEventRequest"
        ),
        ("ce_partitionkey", "flytesnacks/development/a5b2c3d4e5f6a7b8c9d0"),
        ("ce_sequence", "0000000017"),
        ("ce_jsonschemaurl", "https://github.com/flyteorg/flyteidl/blob/v0.24.14/jsonschema/workflow_execution.json"),
        ("content-type", "application/json"),
    ];

    public static void Run(KafkaSinkOptions options, long count, int bytes, bool withHeaders, Func<long, bool> mayGoOn)
    {
        if (!KafkaSettings.TryMap(options, out var settings, out var problem))
            throw new InvalidOperationException(problem);
        // Reports are counted by librdkafka alone: flush ends when none is missing.
        var reports = ("delivery.report.only.error", withHeaders ? "false" : "true");
        var client = RawKafka.Producer([.. settings.Select(each => (each.Key, each.Value)), reports]);
        var topic = RawKafka.Topic(client, options.Topic);
        var payload = new byte[bytes];
        new Random(1).NextBytes(payload.AsSpan(0, bytes / 2));
        fixed (byte* start = payload)
        {
            if (withHeaders)
                SendOneByOne(client, topic, start, bytes, count, mayGoOn);
            else
                SendInBatches(client, topic, start, bytes, count, mayGoOn);
        }

        if (rd_kafka_flush(client, 120_000) != 0)
            throw new InvalidOperationException("librdkafka did not deliver everything");
        rd_kafka_topic_destroy(topic);
        rd_kafka_destroy(client);
    }

    private static void SendInBatches(nint client, nint topic, byte* payload, int bytes, long count, Func<long, bool> mayGoOn)
    {
        var batch = (Message*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(Message));
        var keys = (byte*)NativeMemory.AllocZeroed(BatchSize * KeySize);
        for (long sent = 0; sent < count; )
        {
            while (!mayGoOn(sent))
                _ = rd_kafka_poll(client, 1);
            var size = (int)Math.Min(BatchSize, count - sent);
            for (var i = 0; i < size; i++)
            {
                var key = keys + (i * KeySize);
                batch[i] = new Message
                {
                    Payload = (nint)payload,
                    Length = (nuint)bytes,
                    Key = (nint)key,
                    KeyLength = (nuint)Key(key, sent + i),
                };
            }

            sent += Hand(topic, client, batch, size);
        }
        NativeMemory.Free(batch);
        NativeMemory.Free(keys);
    }

    private static void SendOneByOne(nint client, nint topic, byte* payload, int bytes, long count, Func<long, bool> mayGoOn)
    {
        var key = stackalloc byte[KeySize];
        var arguments = stackalloc Argument[4 + Headers.Length];
        arguments[0] = new Argument { Kind = ArgumentTopic, First = topic };
        arguments[1] = new Argument { Kind = ArgumentFlags, First = Copy };
        arguments[2] = new Argument
        {
            Kind = ArgumentValue,
            First = (nint)payload,
            Second = bytes,
        };
        for (var i = 0; i < Headers.Length; i++)
        {
            arguments[4 + i] = new Argument
            {
                Kind = ArgumentHeader,
                First = Marshal.StringToCoTaskMemUTF8(Headers[i].Name),
                Second = Marshal.StringToCoTaskMemUTF8(Headers[i].Value),
                Third = Headers[i].Value.Length,
            };
        }

        for (long sent = 0; sent < count; )
        {
            if (sent % BatchSize == 0)
            {
                _ = rd_kafka_poll(client, 0);
                while (!mayGoOn(sent))
                    _ = rd_kafka_poll(client, 1);
            }

            arguments[3] = new Argument
            {
                Kind = ArgumentKey,
                First = (nint)key,
                Second = Key(key, sent),
            };
            var error = rd_kafka_produceva(client, arguments, (nuint)(4 + Headers.Length));
            if (error == 0)
            {
                sent++;
                continue;
            }

            rd_kafka_error_destroy(error);
            _ = rd_kafka_poll(client, 5);
        }
    }

    private static int Key(byte* key, long number) =>
        Encoding.UTF8.GetBytes($"flytesnacks/{number / EventsPerKey}", new Span<byte>(key, KeySize));

    // A full queue refuses the end of a batch; what was taken is at its beginning as long as nothing else produces.
    private static int Hand(nint topic, nint client, Message* batch, int size)
    {
        var taken = rd_kafka_produce_batch(topic, AnyPartition, Copy, batch, size);
        if (taken < size)
            _ = rd_kafka_poll(client, 5);
        else
            _ = rd_kafka_poll(client, 0);
        return taken;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public nint Payload;
        public nuint Length;
        public nint Key;
        public nuint KeyLength;
        public long Offset;
        public nint Opaque;
    }

    // The library's own has room for 64 bytes of value.
    [StructLayout(LayoutKind.Sequential, Size = 72)]
    private struct Argument
    {
        public int Kind;
        public nint First;
        public nint Second;
        public nint Third;
    }

    [LibraryImport(RawKafka.Library)]
    private static partial nint rd_kafka_produceva(nint client, Argument* arguments, nuint count);

    [LibraryImport(RawKafka.Library)]
    private static partial void rd_kafka_error_destroy(nint error);

    [LibraryImport(RawKafka.Library)]
    private static partial int rd_kafka_produce_batch(nint topic, int partition, int flags, Message* messages, int count);

    [LibraryImport(RawKafka.Library)]
    private static partial int rd_kafka_poll(nint client, int milliseconds);

    [LibraryImport(RawKafka.Library)]
    private static partial int rd_kafka_flush(nint client, int milliseconds);

    [LibraryImport(RawKafka.Library)]
    private static partial void rd_kafka_topic_destroy(nint topic);

    [LibraryImport(RawKafka.Library)]
    private static partial void rd_kafka_destroy(nint client);
}
