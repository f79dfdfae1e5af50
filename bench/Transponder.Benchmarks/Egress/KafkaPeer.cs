using System.Diagnostics;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Egress;

/// <summary>librdkafka's cluster of brokers, and kcat that reads while it is written: the cluster keeps 5 MB of each partition.</summary>
internal sealed class KafkaPeer : SinkPeer
{
    private const string Topic = "events";
    private const int Partitions = 16;
    private readonly MockKafka kafka = MockKafka.Start();
    private readonly Process reader;
    private readonly Task reading;

    public KafkaPeer()
    {
        kafka.CreateTopic(Topic, Partitions);
        var kcat = Executable.Find("kcat") ?? throw new InvalidOperationException("kcat is not installed (Debian package kcat)");
        string[] arguments =
        [
            "-C",
            "-E",
            "-q",
            "-u",
            "-b",
            kafka.Brokers,
            "-t",
            Topic,
            "-o",
            "beginning",
            "-X",
            "reconnect.backoff.max.ms=500",
            "-f",
            "%h\\n",
        ];
        reader = Process.Start(new ProcessStartInfo(kcat, arguments) { RedirectStandardOutput = true })!;
        reading = ReadAsync();
    }

    public override string Yaml =>
        $$"""
            sinks:
              {{SinkName}}:
                type: kafka
                kafka: { brokers: [ '{{kafka.Brokers}}' ] }
                eventsPublisher: { topicName: {{Topic}}, eventTypes: [ all ] }
            """;

    public override void SetDown() => kafka.SetDown();

    public override void SetUp() => kafka.SetUp();

    public override async ValueTask DisposeAsync()
    {
        if (!reader.HasExited)
            reader.Kill();
        await reading;
        reader.Dispose();
        kafka.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await reader.StandardOutput.ReadLineAsync() is { } line)
            ArrivedEvents.ReadHeaders(line, Account);
    }
}
