using System.Runtime.InteropServices;
using System.Text;
using Transponder.Integrations.Sinks.Kafka;

namespace Transponder.Benchmarks.Drain;

/// <summary>librdkafka at its best: batches of messages from one buffer, the sink's settings, no headers, keys that repeat.</summary>
internal static unsafe partial class RawProducer
{
    private const string Library = "librdkafka.so.1";
    private const int Producer = 0;
    private const int AnyPartition = -1;
    private const int Copy = 0x2;
    private const int BatchSize = 1000;
    private const int EventsPerKey = 27;

    public static void Run(KafkaSinkOptions options, long count, int bytes, Func<long, bool> mayGoOn)
    {
        if (!KafkaSettings.TryMap(options, out var settings, out var problem))
            throw new InvalidOperationException(problem);
        var text = stackalloc byte[512];
        var configuration = rd_kafka_conf_new();
        foreach (var (name, value) in settings)
            _ = rd_kafka_conf_set(configuration, name, value, text, 512);
        // Reports are counted by librdkafka alone: flush ends when none is missing.
        _ = rd_kafka_conf_set(configuration, "delivery.report.only.error", "true", text, 512);
        rd_kafka_conf_set_log_cb(configuration, 0);
        var client = rd_kafka_new(Producer, configuration, text, 512);
        var topic = rd_kafka_topic_new(client, options.Topic, 0);
        var payload = new byte[bytes];
        new Random(1).NextBytes(payload.AsSpan(0, bytes / 2));
        var batch = (Message*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(Message));
        var keyBytes = (byte*)NativeMemory.AllocZeroed(BatchSize * 32);
        fixed (byte* start = payload)
        {
            for (long sent = 0; sent < count; )
            {
                while (!mayGoOn(sent))
                    _ = rd_kafka_poll(client, 1);
                var size = (int)Math.Min(BatchSize, count - sent);
                for (var i = 0; i < size; i++)
                {
                    var length = Encoding.UTF8.GetBytes(
                        $"flytesnacks/{(sent + i) / EventsPerKey}",
                        new Span<byte>(keyBytes + (i * 32), 32)
                    );
                    batch[i] = new Message
                    {
                        Payload = (nint)start,
                        Length = (nuint)bytes,
                        Key = (nint)(keyBytes + (i * 32)),
                        KeyLength = (nuint)length,
                    };
                }

                sent += Hand(topic, client, batch, size);
            }
        }

        if (rd_kafka_flush(client, 120_000) != 0)
            throw new InvalidOperationException("librdkafka did not deliver everything");
        NativeMemory.Free(batch);
        NativeMemory.Free(keyBytes);
        rd_kafka_topic_destroy(topic);
        rd_kafka_destroy(client);
    }

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

    [LibraryImport(Library)]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_conf_set(nint configuration, string name, string value, byte* text, nuint length);

    [LibraryImport(Library)]
    private static partial void rd_kafka_conf_set_log_cb(nint configuration, nint callback);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_new(int type, nint configuration, byte* text, nuint length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint rd_kafka_topic_new(nint client, string topic, nint configuration);

    [LibraryImport(Library)]
    private static partial int rd_kafka_produce_batch(nint topic, int partition, int flags, Message* messages, int count);

    [LibraryImport(Library)]
    private static partial int rd_kafka_poll(nint client, int milliseconds);

    [LibraryImport(Library)]
    private static partial int rd_kafka_flush(nint client, int milliseconds);

    [LibraryImport(Library)]
    private static partial void rd_kafka_topic_destroy(nint topic);

    [LibraryImport(Library)]
    private static partial void rd_kafka_destroy(nint client);
}
