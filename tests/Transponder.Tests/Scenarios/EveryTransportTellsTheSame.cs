using System.Text.Json;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>The same played executions through several transports at once, read at the other end by programs that are not ours.</summary>
[Trait("needs", "servers")]
public sealed class EveryTransportTellsTheSame
{
    [Fact]
    public async Task PlayedExecutions_ThroughKafkaAndHttp_ArriveWholeAndInOrder()
    {
        using var kafka = MockKafka.Start();
        kafka.CreateTopic("flyte", 4);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(
            $$"""
            outbound: { allow: [ 127.0.0.0/8 ] }
            cloudEvents:
              enable: true
              type: kafka
              kafka: { brokers: '{{kafka.Brokers}}' }
              eventsPublisher: { topicName: flyte, eventTypes: [ all ] }
            sinks:
              hook: { type: http, mode: batch, http: { url: '{{receiver.Url}}' }, eventsPublisher: { eventTypes: all } }
            """
        );
        await using var reader = KafkaReader.KafkaJs(kafka.Brokers, "flyte", events: true);
        var options = "--executions 40 --seed 5 --shape mixed --failures 0.1 --aborts 0.15 --retries 0.1 --concurrency 32";
        await using var play = ServerProcess.Run(["play", .. options.Split(' '), "--server", $"{server.Grpc}", "-o", "json"]);
        Assert.True(await play.ExitAsync(TimeSpan.FromMinutes(5)) == 0, play.Output);

        var log = await SinkLog.ReadAsync(server);
        await Eventually.PassesAsync(async () =>
        {
            var sinks = (await server.Client.Operations.ListSinksAsync(ScenarioServer.Token)).Sinks;
            Assert.Equal(
                (log.Count, ""),
                (reader.Lines.Count, string.Join(", ", sinks.Select(sink => sink.Error).Where(error => error.Length > 0)))
            );
        });
        SinkLog.AssertSame(log, [.. reader.Lines.Select(line => Told(JsonElement.Parse(line)))]);
        Assert.All(reader.Messages, message => Assert.Equal(message.Header("ce_partitionkey"), message.Key));
        await Eventually.TrueAsync(() => Posted(receiver).Count >= log.Count, $"{log.Count} events by HTTP");
        SinkLog.AssertSame(log, Posted(receiver));
    }

    // The SDK takes the partition key for the transport's own and leaves it out.
    private static JsonElement Told(JsonElement line)
    {
        var told = line.GetProperty("event");
        return JsonSerializer.SerializeToElement(
            new
            {
                id = told.GetProperty("id").GetString(),
                source = told.GetProperty("source").GetString(),
                partitionkey = line.GetProperty("key").GetString(),
                sequence = told.GetProperty("sequence").GetString(),
            }
        );
    }

    private static List<JsonElement> Posted(WebhookReceiver receiver) =>
        [.. receiver.Received.SelectMany(request => request.Json.EnumerateArray())];
}
