using System.Text.Json;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>Played executions through Kafka in every form, read live by kafkajs and CloudEvents' SDK, and by kcat, in processes of their own.</summary>
[Trait("needs", "servers")]
public sealed class KafkaTellsTheSame
{
    [Theory]
    [InlineData(EventForm.V1)]
    [InlineData(EventForm.V2)]
    [InlineData(EventForm.Flyte)]
    [InlineData(EventForm.Documented)]
    [InlineData(EventForm.Raw)]
    public async Task PlayedExecutions_BinaryAndStructured_ArriveWholeAndInOrder(EventForm form)
    {
        using var kafka = MockKafka.Start(brokers: 3);
        // With Flyte's own keys an execution is spread over the partitions, and there is no order between these.
        var partitions = form == EventForm.Flyte ? 1 : 4;
        kafka.CreateTopic("binary", partitions);
        kafka.CreateTopic("structured", partitions);
        var structured = form != EventForm.Raw;
        await using var server = await ScenarioServer.StartAsync(
            "sinks:\n"
                + PlayedEvents.Sink("a", "kafka", $"brokers: '{kafka.Brokers}'", "binary", form)
                + (structured ? PlayedEvents.Sink("b", "kafka", $"brokers: '{kafka.Brokers}'", "structured", form, "structured") : "")
        );
        await using var js = KafkaReader.KafkaJs(kafka.Brokers, "binary", events: structured);
        await using var kcat = structured ? KafkaReader.Kcat(kafka.Brokers, "structured") : null;

        var log = await PlayedEvents.PlayAsync(server);
        var count = PlayedEvents.Count(form, log);

        await Eventually.TrueAsync(() => js.Lines.Count >= count, $"{count} messages at kafkajs");
        PlayedEvents.AssertTold(form, log, [.. js.Lines.Select(line => Binary(form, JsonElement.Parse(line)))]);
        if (kcat is null)
            return;
        await Eventually.TrueAsync(() => kcat.Lines.Count >= count, $"{count} messages at kcat");
        PlayedEvents.AssertTold(form, log, await StructuredAsync(form, kcat));
    }

    private static Told Binary(EventForm form, JsonElement line)
    {
        var attributes = line.TryGetProperty("event", out var told) ? Told.AttributesOf(told) : new Dictionary<string, string>();
        var key = line.GetProperty("key").GetString();
        if (form == EventForm.Flyte)
            Assert.Equal(attributes["id"], key);
        return new Told(attributes, line.GetProperty("value").GetBytesFromBase64(), form == EventForm.Flyte ? null : key);
    }

    private static async Task<IReadOnlyList<Told>> StructuredAsync(EventForm form, KafkaReader kcat)
    {
        var lines = kcat.Lines.Select(line => JsonElement.Parse(line)).ToList();
        var events = await CloudEventsSdk.ReadAsync(lines.Select(line => line.GetProperty("payload").GetString()!));
        return
        [
            .. lines
                .Zip(events)
                .Select(pair =>
                    form == EventForm.Flyte ? pair.Second : pair.Second with { Key = pair.First.GetProperty("key").GetString() }
                ),
        ];
    }
}
