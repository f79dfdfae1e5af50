using System.Text.Json;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>
/// Played executions through Apache Kafka 0.9, over TLS with a client's certificate: Flyte's keys as Flyte's users write them. It has no headers, so
/// events are structured; kcat and CloudEvents' SDK read them.
/// </summary>
[Trait("needs", "servers")]
public sealed class OldKafkaTellsTheSame
{
    [Fact]
    public async Task PlayedExecutions_OverTls_ArriveWholeAndInOrder()
    {
        await using var kafka = await ApacheKafka.StartAsync();
        await using var server = await ScenarioServer.StartAsync(
            $$"""
            cloudEvents:
              enable: true
              type: kafka
              mode: structured
              kafka:
                version: 0.9.0.1
                brokers: [ '{{kafka.Tls}}' ]
                tlsConfig: { enabled: true, insecureSkipVerify: false, certPath: '{{kafka.CertPath}}', keyPath: '{{kafka.KeyPath}}', caPath: '{{kafka.CaPath}}' }
              eventsPublisher: { topicName: flyte, eventTypes: [ all ] }
            externalEvents:
              enable: true
              type: kafka
              mode: structured
              kafka: { version: 0.9.0.1, brokers: '{{kafka.Plain}}' }
              eventsPublisher: { topicName: workflows, eventTypes: [ workflow ] }
            """
        );

        var log = await PlayedEvents.PlayAsync(server);
        await PlayedEvents.SentAsync(server);

        await using var reader = KafkaReader.Kcat(kafka.Plain, "flyte", ApacheKafka.Settings);
        await Eventually.TrueAsync(() => reader.Lines.Count >= log.Count, $"{log.Count} messages at kcat");
        var lines = reader.Lines.Select(line => JsonElement.Parse(line)).ToList();
        var events = await CloudEventsSdk.ReadAsync(lines.Select(line => line.GetProperty("payload").GetString()!));
        PlayedEvents.AssertTold(
            EventForm.V1,
            log,
            [.. lines.Zip(events).Select(pair => pair.Second with { Key = pair.First.GetProperty("key").GetString() })]
        );
        var raw = (await server.Client.Operations.ListSinksAsync(ScenarioServer.Token)).Sinks.Single(sink => sink.Name == "externalEvents");
        Assert.Equal(("raw", 0ul), (raw.Format, raw.Quarantined));
    }
}
