using System.CommandLine;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Drain;

/// <summary>librdkafka's own cluster in a process of its own, so that its processor time is not the producer's.</summary>
internal static class MockKafkaServer
{
    private const string Ready = "brokers ";

    public static Command Create()
    {
        var topics = new Option<string[]>("--topics") { Required = true, AllowMultipleArgumentsPerToken = true };
        var partitions = new Option<int>("--partitions") { Required = true };
        var command = new Command("mock-kafka", "A cluster of Kafka's in memory; the peer of `drain`.") { topics, partitions };
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                using var kafka = MockKafka.Start();
                foreach (var topic in arguments.GetValue(topics)!)
                    kafka.CreateTopic(topic, arguments.GetValue(partitions));
                Console.WriteLine(Ready + kafka.Brokers);
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        );
        return command;
    }

    /// <summary>Starts one and answers where it is.</summary>
    public static async Task<(ChildProcess Process, string Brokers)> StartAsync(IEnumerable<string> topics, int partitions)
    {
        var process = ChildProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "bench"),
            ["mock-kafka", "--partitions", $"{partitions}", "--topics", .. topics]
        );
        var line = await process.LineAsync(Ready, TimeSpan.FromMinutes(2));
        return (process, line[Ready.Length..]);
    }
}
