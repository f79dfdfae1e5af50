using System.CommandLine;
using System.Runtime.InteropServices;

namespace Transponder.Benchmarks.Drain;

/// <summary>
/// librdkafka as a consumer, in a process of its own: reads all partitions of a topic, and writes a byte for each message. kcat writes with a call to the
/// system for each, and so is the slowest of all that is measured.
/// </summary>
internal static unsafe partial class RawConsumer
{
    private const long Beginning = -2;
    private const int BatchSize = 1000;
    private const int WaitMilliseconds = 100;

    public static Command Create()
    {
        var brokers = new Option<string>("--brokers") { Required = true };
        var topic = new Option<string>("--topic") { Required = true };
        var partitions = new Option<int>("--partitions") { Required = true };
        var count = new Option<long>("--count") { Required = true };
        var command = new Command("drain-reader", "Reads what `drain` produces.") { brokers, topic, partitions, count };
        command.SetAction(arguments =>
            Run(arguments.GetValue(brokers)!, arguments.GetValue(topic)!, arguments.GetValue(partitions), arguments.GetValue(count))
        );
        return command;
    }

    private static void Run(string brokers, string topic, int partitions, long count)
    {
        var client = RawKafka.Consumer([("bootstrap.servers", brokers), ("fetch.wait.max.ms", "10")]);
        var named = RawKafka.Topic(client, topic);
        var queue = rd_kafka_queue_new(client);
        for (var partition = 0; partition < partitions; partition++)
            _ = rd_kafka_consume_start_queue(named, partition, Beginning, queue);

        using var output = Console.OpenStandardOutput();
        var messages = stackalloc nint[BatchSize];
        var marks = new byte[BatchSize];
        for (long read = 0; read < count; )
        {
            var got = (int)rd_kafka_consume_batch_queue(queue, WaitMilliseconds, messages, BatchSize);
            var good = 0;
            for (var i = 0; i < got; i++)
            {
                // The error is the first field of a message; the end of a partition is told as one.
                if (*(int*)messages[i] == 0)
                    good++;
                rd_kafka_message_destroy(messages[i]);
            }

            output.Write(marks, 0, good);
            read += good;
        }
    }

    [LibraryImport(RawKafka.Library)]
    private static partial nint rd_kafka_queue_new(nint client);

    [LibraryImport(RawKafka.Library)]
    private static partial int rd_kafka_consume_start_queue(nint topic, int partition, long offset, nint queue);

    [LibraryImport(RawKafka.Library)]
    private static partial nint rd_kafka_consume_batch_queue(nint queue, int milliseconds, nint* messages, nuint size);

    [LibraryImport(RawKafka.Library)]
    private static partial void rd_kafka_message_destroy(nint message);
}
