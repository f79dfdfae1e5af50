using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Kafka;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Kafka;

/// <summary>The contract, against librdkafka's own cluster with kafkajs as the reader. Outages are in <see cref="KafkaSinkTests"/>.</summary>
[Trait("needs", "servers")]
public sealed class KafkaContractTests : SinkContract
{
    private const string Topic = "flyte.events";

    protected override Task<SinkPeer> OpenAsync(SinkTerms terms) => Task.FromResult<SinkPeer>(new Peer());

    private sealed class Peer : SinkPeer
    {
        private readonly MockKafka kafka = MockKafka.Start(brokers: 3);
        private KafkaReader? reader;

        public Peer() =>
            Sink = new KafkaSink(
                new KafkaSinkOptions
                {
                    Brokers = kafka.Brokers.Split(','),
                    Topic = Topic,
                    Compression = KafkaCompression.Gzip,
                },
                TimeProvider.System
            );

        public override IEventSink Sink { get; }

        public override Task<IReadOnlyList<Arrived>> ReadAsync()
        {
            reader ??= KafkaReader.KafkaJs(kafka.Brokers, Topic);
            return Task.FromResult<IReadOnlyList<Arrived>>([
                .. reader.Messages.Select(message => new Arrived(message.Value, message.Header("ce_id"), message.Key)),
            ]);
        }

        public override async ValueTask DisposeAsync()
        {
            await Sink.DisposeAsync();
            if (reader is not null)
                await reader.DisposeAsync();
            kafka.Dispose();
        }
    }
}
