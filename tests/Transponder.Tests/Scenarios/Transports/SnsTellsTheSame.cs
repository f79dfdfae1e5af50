using System.Text.Json;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>Played executions through SNS into SQS, on an account that checks every signature, decoded by protobufjs.</summary>
[Trait("needs", "servers")]
public sealed class SnsTellsTheSame(AwsAccount shared)
{
    [Theory]
    [InlineData(true, EventForm.V1)]
    [InlineData(true, EventForm.V2)]
    [InlineData(false, EventForm.V1)]
    [InlineData(false, EventForm.Flyte)]
    [InlineData(false, EventForm.Documented)]
    [InlineData(false, EventForm.Raw)]
    public async Task PlayedExecutions_StandardAndFifo_ArriveWholeAndInOrder(bool fifo, EventForm form)
    {
        var aws = await shared.StartedAsync();
        using var folder = new TempDirectory();
        var user = await aws.CreateUserAsync();
        var topic = await aws.CreateTopicAsync(fifo);
        var queue = await aws.SubscribeQueueAsync(topic);
        var settings =
            $"region: {AwsAccount.Region}, timeout: 30s, endpoint: '{aws.Endpoint}', accessKey: {{ file: '{folder.Write("id", user.AccessKey)}' }}, "
            + $"secretKey: {{ file: '{folder.Write("key", user.SecretKey)}' }}";
        await using var server = await ScenarioServer.StartAsync("sinks:\n" + PlayedEvents.Sink("events", "aws", settings, topic, form));

        var log = await PlayedEvents.PlayAsync(server, executions: 6);
        await PlayedEvents.SentAsync(server);

        var bodies = await aws.ReceiveAsync(queue, PlayedEvents.Count(form, log));
        var messages = bodies.Select(body => Envelope(JsonElement.Parse(body))).ToList();
        PlayedEvents.AssertTold(form, log, await ProtobufMessages.ReadAsync(form, messages));
    }

    // SNS's own envelope in the words of Pub/Sub's.
    private static JsonElement Envelope(JsonElement message) =>
        JsonSerializer.SerializeToElement(
            new { data = message.GetProperty("Message").GetString(), attributes = new { key = message.GetProperty("Subject").GetString() } }
        );
}
