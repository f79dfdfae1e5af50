using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Transponder.Benchmarks.History;
using Transponder.Benchmarks.Ingest;
using Transponder.Integrations.Sinks.Kafka;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Drain;

/// <summary>
/// How fast stored events reach Kafka, beside librdkafka alone with the same settings: rounds alternate, each into a topic of its own that a reader
/// takes in meanwhile, and each counts only when the reader has everything.
/// </summary>
internal static class DrainCommand
{
    private const string Best = "librdkafka alone, without headers and reports";
    private const string Raw = "librdkafka alone, the same messages";
    private const string Sink = "the sink alone";

    public static Command Create()
    {
        var events = new Option<long>("--events") { DefaultValueFactory = _ => 1_000_000 };
        var bytes = new Option<int>("--bytes")
        {
            DefaultValueFactory = _ => 440,
            Description = "A message's value; the stored events' average.",
        };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3 };
        var partitions = new Option<int>("--partitions") { DefaultValueFactory = _ => 16 };
        var stores = new Option<string[]>("--stores")
        {
            DefaultValueFactory = _ => ["sqlite", "postgres"],
            AllowMultipleArgumentsPerToken = true,
            Description = "Whole servers over these stores, beside librdkafka and the sink alone.",
        };
        var command = new Command("drain", "Stored events per second into Kafka, against librdkafka alone.")
        {
            events,
            bytes,
            rounds,
            partitions,
            stores,
        };
        command.SetAction(arguments =>
            RunAsync(
                arguments.GetValue(events),
                arguments.GetValue(bytes),
                arguments.GetValue(rounds),
                arguments.GetValue(partitions),
                arguments.GetValue(stores)!
            )
        );
        return command;
    }

    private static async Task RunAsync(long events, int bytes, int rounds, int partitions, string[] stores)
    {
        string[] sides = [Best, Raw, Sink, .. stores];
        var (process, brokers) = await MockKafkaServer.StartAsync(
            from round in Enumerable.Range(1, rounds)
            from side in Enumerable.Range(0, sides.Length)
            select Topic(round, side),
            partitions
        );
        await using var kafka = process;
        await using var receiver = await WebhookReceiver.StartAsync();
        var filled = new Dictionary<string, StoreUnderTest>();
        var results = sides.ToDictionary(side => side, _ => new List<(double Rate, double Micros)>());
        try
        {
            foreach (var store in stores)
                await HistoryFill.FillAsync(filled[store] = await StoreUnderTest.StartAsync(store), events, receiver);
            for (var round = 1; round <= rounds; round++)
            {
                for (var side = 0; side < sides.Length; side++)
                {
                    var options = new KafkaSinkOptions { Brokers = [brokers], Topic = Topic(round, side) };
                    var result = filled.TryGetValue(sides[side], out var store)
                        ? await ServerAsync(store, options, partitions, receiver)
                        : await AloneAsync(sides[side], options, partitions, events, bytes);
                    results[sides[side]].Add(result);
                    await Console.Error.WriteLineAsync(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"round {round}: {sides[side]} {result.Rate:#,0}/s, {result.Micros:0.0} µs"
                        )
                    );
                }
            }
        }
        finally
        {
            foreach (var store in filled.Values)
                await store.DisposeAsync();
        }

        Print(results, events, bytes, partitions);
    }

    private static async Task<(double Rate, double Micros)> AloneAsync(
        string side,
        KafkaSinkOptions options,
        int partitions,
        long events,
        int bytes
    )
    {
        await using var consumer = LiveConsumer.Start(options.Brokers[0], options.Topic, partitions, events);
        var (started, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        if (side != Sink)
            RawProducer.Run(options, events, bytes, withHeaders: side == Raw, consumer.KeepsUpWith);
        else
            await SinkProducer.RunAsync(options, events, bytes, consumer.KeepsUpWith);
        var spent = Environment.CpuUsage.TotalTime - before;
        await consumer.EndAsync();
        return (events / Stopwatch.GetElapsedTime(started).TotalSeconds, spent.TotalMicroseconds / events);
    }

    // The server's start counts too: the sink begins before the ports are open.
    private static async Task<(double Rate, double Micros)> ServerAsync(
        StoreUnderTest store,
        KafkaSinkOptions options,
        int partitions,
        WebhookReceiver receiver
    )
    {
        long events;
        using (var sql = store.OpenSql())
            events = sql.Number("SELECT count(*) FROM events WHERE kind <= 3");
        await using var consumer = LiveConsumer.Start(options.Brokers[0], options.Topic, partitions, events);
        var started = Stopwatch.GetTimestamp();
        await using var server = ServerProcess.Prepare(store, Workload.Yaml(receiver.Url) + "\n" + SinkYaml(options));
        await server.StartAsync();
        await consumer.EndAsync();
        var elapsed = Stopwatch.GetElapsedTime(started);
        using var process = Process.GetProcessById(server.ProcessId!.Value);
        var spent = process.TotalProcessorTime;
        await server.StopAsync();
        return (events / elapsed.TotalSeconds, spent.TotalMicroseconds / events);
    }

    private static string SinkYaml(KafkaSinkOptions options) =>
        $$"""
            sinks:
              {{options.Topic}}:
                type: kafka
                fromStart: true
                kafka: { brokers: [ '{{options.Brokers[0]}}' ] }
                eventsPublisher: { topicName: {{options.Topic}}, eventTypes: [ all ] }
            """;

    private static string Topic(int round, int side) => $"drain-{round}-{side}";

    private static void Print(Dictionary<string, List<(double Rate, double Micros)>> results, long events, int bytes, int partitions)
    {
        Console.WriteLine(Machine.Describe());
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{events:#,0} events of {bytes} B into {partitions} partitions, read meanwhile; producer, broker and reader on the same processors"
            )
        );
        Console.WriteLine();
        Console.WriteLine("| what | events/s (median) | min … max | processor µs/event | × librdkafka |");
        Console.WriteLine("|---|---|---|---|---|");
        var raw = IngestCommand.Median([.. results[Raw].Select(result => result.Rate)]);
        foreach (var (side, list) in results)
        {
            var rate = IngestCommand.Median([.. list.Select(result => result.Rate)]);
            var micros = IngestCommand.Median([.. list.Select(result => result.Micros)]);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {side} | {rate:#,0} | {list.Min(result => result.Rate):#,0} … {list.Max(result => result.Rate):#,0} | {micros:0.0} | {rate / raw:0.00} |"
                )
            );
        }
    }
}
