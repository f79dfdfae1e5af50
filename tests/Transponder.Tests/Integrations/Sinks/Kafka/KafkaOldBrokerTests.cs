using System.Text.Json;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Kafka;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Kafka;

/// <summary>Against Apache Kafka 0.9: structured mode over TLS with a client's certificate, and what a real broker refuses.</summary>
[Trait("needs", "servers")]
public sealed class KafkaOldBrokerTests
{
    private const string Topic = "flyte.events";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_OverTlsToARealBroker_ArrivesInOrderAndParses()
    {
        await using var kafka = await ApacheKafka.StartAsync();
        var options = new KafkaSinkOptions
        {
            Brokers = [kafka.Tls],
            Topic = Topic,
            Mode = KafkaMode.Structured,
            Version = new Version(0, 9, 0, 1),
            Compression = KafkaCompression.None,
            Timeout = TimeSpan.FromSeconds(60),
            Tls = new KafkaTlsOptions
            {
                CaPath = kafka.CaPath,
                CertPath = kafka.CertPath,
                KeyPath = kafka.KeyPath,
            },
        };
        var records = SampleRecords.Mixed(executions: 3, each: 5);
        // More than the broker takes, although not more than we do.
        var large = SampleRecords.Of("large", 1, 60_000);

        await using (var sink = new KafkaSink(options, TimeProvider.System))
        {
            var results = await sink.PublishAsync([.. records, large], Token);
            Assert.All(results.SkipLast(1), result => Assert.Equal(PublishResult.Confirmed, result));
            Assert.Equal(PublishOutcome.Rejected, results[^1].Outcome);
        }

        await using (var stranger = new KafkaSink(Stranger(options), TimeProvider.System))
        {
            var refused = Assert.Single(await stranger.PublishAsync([SampleRecords.Of()], Token));
            Assert.Equal(PublishOutcome.Failed, refused.Outcome);
        }

        await using var reader = KafkaReader.Kcat(kafka.Plain, Topic, ApacheKafka.Settings);
        await Eventually.TrueAsync(() => reader.Lines.Count >= records.Count, "the messages at kcat");
        var messages = reader.Lines.Select(line => JsonElement.Parse(line)).ToList();
        var parsed = await ParsedEvents.OfAsync(messages.Select(message => message.GetProperty("payload").GetString()!));
        foreach (var key in records.GroupBy(record => record.PartitionKey))
        {
            var ids = messages
                .Zip(parsed)
                .Where(pair => pair.First.GetProperty("key").GetString() == key.Key)
                .Select(pair => pair.Second.Id);
            Assert.Equal(key.Select(record => record.Event!.Id), ids.Distinct());
        }
    }

    private static KafkaSinkOptions Stranger(KafkaSinkOptions options) =>
        options with
        {
            Timeout = TimeSpan.FromSeconds(2),
            Tls = new KafkaTlsOptions { CaPath = options.Tls!.CaPath },
        };
}
